// F17-F20, F54, F61: who read, and on what ground.

#include <map>

#include "projections/findings/rule_view.h"
#include "projections/findings/rules.h"

namespace stafett::bti {

using enum EventType;

namespace {

template <class Match>
void tell_reads(const RuleView& view, CourseBook& book, Match match) {
  for (const Act& read : view.all(ENTRY_READ))
    if (match(read)) view.tell_act(book, view.about(read, ref_to(read)));
}

}  // namespace

void read_without_consent(const RuleView& view, CourseBook& book) {  // F17
  tell_reads(view, book, [](const Act& read) {
    return read.basis == Basis::uncovered || read.basis == Basis::expired;
  });
}

void read_after_withdrawal(const RuleView& view, CourseBook& book) {  // F18
  tell_reads(view, book, [](const Act& read) { return read.basis == Basis::withdrawn; });
}

void read_without_relation(const RuleView& view, CourseBook& book) {  // F19
  tell_reads(view, book, [](const Act& read) { return read.basis == Basis::none; });
}

void unusual_reading(const RuleView& view, CourseBook& book) {  // F20
  const auto is_watched = [](const Act& read) {
    const auto capacity = static_cast<schema::Capacity>(read.word);
    return capacity != schema::Capacity::GUARDIAN && capacity != schema::Capacity::SUBJECT &&
           capacity != schema::Capacity::AUDITOR;
  };
  std::map<ActorId, std::vector<const Act*>> readers;
  for (const Act& read : view.all(ENTRY_READ)) readers[read.person].push_back(&read);
  for (const auto& [reader, reads] : readers) {
    const Act* reviewed = nullptr;  // what ended the latest telling
    bool running = false;
    std::size_t first = 0;  // of the window
    for (std::size_t i = 0; i < reads.size() && !running; ++i) {
      const Act& read = *reads[i];
      const Profile& profile = view.profile_on(read.day);
      if (!is_watched(read) || (reviewed && read.moment() < reviewed->moment())) continue;
      // A profile may widen the window from one day to the next.
      while (first > 0 && reads[first - 1]->day > read.day - profile.read_volume_days) --first;
      while (reads[first]->day <= read.day - profile.read_volume_days) ++first;
      if (i + 1 - first <= static_cast<std::size_t>(profile.read_volume_limit)) continue;
      reviewed = view.first_after(read.moment(), {ACCESS_REVIEWED}, [&](const Act& review) {
        return review.person.is_zero() || review.person == reader;
      });
      running = reviewed == nullptr;
      Telling telling = view.about(read, ref_to(reader));
      telling.others.assign(reads.begin() + static_cast<std::ptrdiff_t>(first),
                            reads.begin() + static_cast<std::ptrdiff_t>(i));
      view.tell_act(book, std::move(telling), {reviewed});
    }
  }
}

void barnevern_read_without_ground(const RuleView& view, CourseBook& book) {  // F54
  tell_reads(view, book, [](const Act& read) { return read.has(Act::reads_closed_barnevern); });
}

void emergency_access_not_approved(const RuleView& view, CourseBook& book) {  // F61
  constexpr std::int64_t kDayUs = std::int64_t{24} * 60 * 60 * 1'000'000;
  for (const Act& used : view.all(BREAK_GLASS_USED)) {
    const Act* approved = view.first_after(used.moment(), {BREAK_GLASS_APPROVED},
                                           [&](const Act& act) { return act.target == used.id; });
    const std::int32_t last_day = local_date(TimeUs{used.at.value() + kDayUs}).days();
    view.tell_deadline(book, view.about(used, ref_to(used)), last_day, day_of(approved),
                       Closing::is_nothing);
  }
}

}  // namespace stafett::bti
