#include "server/routes/document_upload.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"

namespace stafett::server {

DocumentUpload::DocumentUpload(RequestBody& body, const bti::JsonEvent& event) : body_(body) {
  if (const boost::json::value* digest = event.data.if_contains("digest"))
    if (const boost::json::string* text = digest->if_string()) digest_ = std::string{*text};
  if (const boost::json::value* bytes = event.data.if_contains("bytes")) {
    boost::system::error_code error;
    const auto count = bytes->to_number<std::uint64_t>(error);
    if (!error) bytes_ = count;
  }
}

Result<std::size_t> DocumentUpload::fail(Errc code) {
  failure_ = code;
  return Error{code, "the document"};
}

Result<std::size_t> DocumentUpload::read(std::span<std::uint8_t> to) {
  has_begun_ = true;
  if (failure_) return fail(*failure_);
  if (has_ended_) return std::size_t{0};
  const Result<std::size_t> got = body_.read(to);
  if (!got) return fail(got.error().code());
  if (*got != 0) {
    hash_.update(to.first(*got));
    count_ += *got;
    return *got;
  }
  has_ended_ = true;
  if (count_ != bytes_ || to_hex(hash_.finish().view()) != digest_) return fail(Errc::malformed);
  return std::size_t{0};
}

}  // namespace stafett::server
