#include "projections/simulate/case_story.h"

#include "projections/simulate/chapters.h"

namespace stafett::bti {

namespace {

constexpr std::int32_t kMorningMinute = 8 * 60;
constexpr int kTriesMax = 64;

}  // namespace

TimeUs start_of_case(std::uint64_t seed, std::uint32_t index, const Parameters& parameters,
                     Date from, Date to) {
  Draws draws(sub_seed(seed, "start", index));
  std::uint32_t highest = 1;
  for (const std::uint32_t weight : parameters.months) highest = std::max(highest, weight);
  Date day = from;
  for (int tries = 0; tries < kTriesMax; ++tries) {
    day = from + draws.between(0, to - from);
    const bool taken = draws.below(highest) < parameters.months[day.month() - 1];
    if (taken && is_working_day(day, {})) break;
  }
  while (!is_working_day(day, {})) day = day + 1;
  const std::int32_t minute = draws.between(kMorningMinute, 15 * 60);
  return TimeUs{local_time(day, minute).value() + draws.between(0, 59'999'999)};
}

Script CaseStory::next_chapter() {
  switch (writer_.model.stage) {
    case Stage::concern:
      write_concern(writer_);
      break;
    case Stage::opening:
      write_opening(writer_);
      break;
    case Stage::rounds:
      write_round(writer_);
      break;
    case Stage::closing:
      write_closing(writer_);
      break;
    case Stage::over:
      break;
  }
  return writer_.take();
}

}  // namespace stafett::bti
