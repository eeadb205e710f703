#include "tools/held_evidence.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/storage/files.h"
#include "engine/transparency/note.h"
#include "tools/input_lines.h"

namespace stafett::tools {
namespace {

namespace json = boost::json;

std::optional<std::uint64_t> number_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::uint64_t>(error);
  if (error) return std::nullopt;
  return number;
}

template <class Fixed>
std::optional<Fixed> fixed_of(const json::value* value) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  const auto bytes = text == nullptr ? std::nullopt : from_base64({text->data(), text->size()});
  return bytes ? Fixed::from(*bytes) : std::nullopt;
}

std::optional<std::vector<Hash>> path_of(const json::object& group) {
  const json::value* value = group.if_contains("path");
  const json::array* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<Hash> path;
  for (const json::value& one : *list) {
    const auto hash = fixed_of<Hash>(&one);
    if (!hash) return std::nullopt;
    path.push_back(*hash);
  }
  return path;
}

std::optional<log::HeldReceipt> receipt_of(const json::object& line) {
  const json::value* inner = line.if_contains("group");
  const json::object* group = inner == nullptr ? nullptr : inner->if_object();
  if (group == nullptr) return std::nullopt;
  const auto position = number_at(line, "position");
  const auto leaf = fixed_of<Hash>(line.if_contains("leafHash"));
  const auto first = number_at(*group, "first");
  const auto count = number_at(*group, "count");
  const auto signature = fixed_of<crypto::Signature>(group->if_contains("signature"));
  auto path = path_of(*group);
  if (!position || !leaf || !first || !count || *count > UINT32_MAX || !signature || !path)
    return std::nullopt;
  return log::HeldReceipt{{},
                          Position{*position},
                          *leaf,
                          {Position{*first}, static_cast<std::uint32_t>(*count), *signature},
                          std::move(*path)};
}

}  // namespace

Result<void> read_receipts(const std::string& file, std::vector<log::HeldReceipt>& to) {
  ENGINE_TRY(lines, InputLines::open(file));
  for (std::uint64_t number = 1;; ++number) {
    ENGINE_TRY(line, lines.next([] {}));
    if (!line) return {};
    if (line->text.empty() && !line->too_long) continue;
    const std::string source = fmt::format("{}, line {}", file, number);
    boost::system::error_code error;
    const json::value value = line->too_long ? json::value{} : json::parse(line->text, error);
    const json::object* object = error ? nullptr : value.if_object();
    if (object != nullptr && object->contains("error")) continue;
    auto receipt = object == nullptr ? std::nullopt : receipt_of(*object);
    if (!receipt) return Error{Errc::malformed, source + ": not a receipt"};
    receipt->source = source;
    to.push_back(std::move(*receipt));
    if (to.size() > log::kEvidenceMax) return Error{Errc::too_large, file + ": too many receipts"};
  }
}

Result<log::HeldCheckpoint> read_checkpoint(const std::string& file) {
  ENGINE_TRY(bytes, storage::posix_files().read(file, transparency::kNoteBytesMax));
  return log::HeldCheckpoint{file, std::string{as_text(bytes)}};
}

}  // namespace stafett::tools
