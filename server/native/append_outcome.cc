#include "server/native/append_outcome.h"

#include "engine/base/check.h"

namespace stafett::server::native {
namespace {

Refused refused_for(const Error& error) {
  return {{errc_name(error.code()), "", error.detail(), std::nullopt},
          error.code() == Errc::queue_full};
}

}  // namespace

std::vector<AppendOutcome> outcomes_of(const log::Outcomes& outcomes) {
  std::vector<AppendOutcome> out;
  for (const Result<log::Outcome>& one : outcomes) {
    if (!one)
      out.emplace_back(refused_for(one.error()));
    else if (const auto* refusal = std::get_if<log::Refusal>(&*one))
      out.emplace_back(Refused{*refusal, false});
    else
      out.emplace_back(std::get<log::Receipt>(*one));
  }
  return out;
}

std::vector<AppendOutcome> refused_each(std::size_t count, const Error& error) {
  return std::vector<AppendOutcome>(count, refused_for(error));
}

void write_answer(Bytes& to, AnswerFrame answer) {
  ServerFrame frame{std::move(answer)};
  if (write_frame(to, frame)) return;
  for (AppendOutcome& one : std::get<AnswerFrame>(frame).outcomes)
    if (auto* refused = std::get_if<Refused>(&one)) {
      refused->refusal.detail.clear();
      refused->refusal.pointer.reset();
    }
  CHECK(write_frame(to, frame));
}

}  // namespace stafett::server::native
