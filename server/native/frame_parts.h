#pragma once
// What the frames of both sides are made of. Only for the files that read and write frames.
//
// Threads: pure functions.

#include "engine/base/encoding.h"
#include "engine/format/words.h"
#include "server/native/frames.capnp.h"
#include "server/native/frames.h"

namespace stafett::server::native::parts {

inline constexpr format::PartClass kContentClasses[] = {
    format::PartClass::fact, format::PartClass::narrative, format::PartClass::identity};

inline capnp::Text::Reader as_text_field(const std::string& text) {
  return {text.c_str(), text.size()};
}

// Errors: malformed (not UTF-8), too_large.
inline Result<std::string> bounded_text(capnp::Text::Reader text, const char* name,
                                        std::size_t bytes_max = kTextBytesMax) {
  if (text.size() > bytes_max) return Error{Errc::too_large, name};
  std::string copy{text.begin(), text.size()};
  if (!is_utf8(copy)) return Error{Errc::malformed, std::string{name} + " is not UTF-8"};
  return copy;
}

// 0 is the connection itself.
inline Result<RequestId> request_id(RequestId request) {
  if (request == 0) return Error{Errc::malformed, "a request has a number from 1 on"};
  return request;
}

inline void write_openings(capnp::List<schema::Opening>::Builder to,
                           std::span<const format::OpenPart> from) {
  for (unsigned i = 0; i < to.size(); ++i) {
    to[i].setClass(static_cast<std::uint8_t>(from[i].part_class));
    to[i].setSalt(format::as_data(from[i].salt.view()));
    to[i].setPlaintext(format::as_data(from[i].plaintext));
  }
}

// Classes rise up to `last`.
inline Result<std::vector<format::OpenPart>> read_openings(
    capnp::List<schema::Opening>::Reader from, format::PartClass last) {
  std::vector<format::OpenPart> to;
  if (from.size() > format::kPartsMax) return Error{Errc::too_large, "openings"};
  std::uint8_t before = 0;
  for (const auto one : from) {
    const std::uint8_t number = one.getClass();
    if (number <= before || number > static_cast<std::uint8_t>(last))
      return Error{Errc::malformed, "classes of openings"};
    before = number;
    format::OpenPart part;
    part.part_class = static_cast<format::PartClass>(number);
    ENGINE_TRY(salt, format::id_field<format::Salt>(one.getSalt(), "salt"));
    part.salt = salt;
    const auto plaintext = one.getPlaintext();
    if (plaintext.size() > format::kPlaintextBytesMax) return Error{Errc::too_large, "plaintext"};
    part.plaintext.assign(plaintext.begin(), plaintext.end());
    to.push_back(std::move(part));
  }
  return to;
}

inline Result<void> write_bytes(Bytes& to, ByteView message) {
  if (message.size() > kFrameBytesMax) return Error{Errc::too_large, "frame"};
  if (to.empty()) to.reserve(sizeof(std::uint32_t) + message.size());
  append(to, little_endian(static_cast<std::uint32_t>(message.size())));
  append(to, message);
  return {};
}

template <class Root, class Fill>
Result<void> write_message(Bytes& to, Fill&& fill) {
  capnp::MallocMessageBuilder message;
  fill(message.initRoot<Root>());
  return write_bytes(to, format::canonical_bytes<Root>(message));
}

}  // namespace stafett::server::native::parts
