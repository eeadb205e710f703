#include "server/witness/ask_witness.h"

#include "engine/base/encoding.h"
#include "engine/transparency/note.h"

namespace stafett::server {
namespace {

constexpr unsigned kCosigned = 200;
constexpr unsigned kConflict = 409;

Result<FormAnswer> send(WebFetch& web, const WitnessQuestion& question, TreeSize old_size) {
  ENGINE_TRY(body, question.request(old_size));
  std::string url = question.url;
  while (url.ends_with('/')) url.pop_back();
  return web.post(url + "/add-checkpoint", {std::move(body), {}, "text/plain; charset=utf-8"});
}

// "<size>\n", and nothing else.
Result<TreeSize> size_told(const std::string& body) {
  const bool has_end = body.ends_with('\n');
  const auto size =
      parse_decimal(std::string_view{body}.substr(0, body.size() - (has_end ? 1 : 0)));
  if (!has_end || !size) return Error{Errc::malformed, "a conflict without the size"};
  return TreeSize{*size};
}

}  // namespace

Result<std::string> ask_witness(WebFetch& web, const WitnessQuestion& question) {
  ENGINE_TRY(answer, send(web, question, question.old_size));
  if (answer.status == kConflict) {
    ENGINE_TRY(size, size_told(answer.body));
    ENGINE_TRY(again, send(web, question, size));
    answer = std::move(again);
  }
  if (answer.status != kCosigned)
    return Error{Errc::refused, "the witness answered " + std::to_string(answer.status)};
  const std::string note = question.checkpoint + answer.body;
  ENGINE_TRY_VOID(transparency::parse_note(note));
  return note;
}

}  // namespace stafett::server
