#include "projections/views/findings_projection.h"

#include <algorithm>

#include "projections/findings/case_tracker.h"
#include "projections/rebuild/folded_parts.h"
#include "projections/views/row_bytes.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kSpanBytes = 2 * sizeof(std::int32_t);
constexpr std::size_t kCourseBytesLeast = 2 + 5 * sizeof(std::uint32_t);
enum Present : std::uint8_t { kEvent = 1, kPerson = 2 };

class FindingsCase final : public ProjectedCase {
 public:
  FindingsCase(const SubjectId& case_id, const Directory& directory)
      : tracker_(case_id, directory) {}

  bool needs_all(const TimelineEvent& event) const override { return tracker_.needs_all(event); }
  Result<void> add(const TimelineEvent& next, const CaseLoader& load) override {
    if (!tracker_.needs_all(next)) {
      tracker_.add(next);
      return {};
    }
    ENGINE_TRY(recorded, load());
    if (std::ranges::find(recorded, next.event->id, [](const EventPtr& one) { return one->id; }) ==
        recorded.end())
      recorded.push_back(next.event);
    tracker_.build(recorded);
    return {};
  }
  void fold(std::span<const EventPtr> recorded) { tracker_.build(recorded); }
  Result<Bytes> row() const override { return write_courses(tracker_.courses()); }

 private:
  CaseTracker tracker_;
};

class FindingsProjection final : public CaseProjection {
 public:
  std::string_view name() const override { return "findings"; }
  std::uint32_t version() const override { return 1; }
  std::unique_ptr<ProjectedCase> begin(const SubjectId& case_id,
                                       const Directory& directory) const override {
    return std::make_unique<FindingsCase>(case_id, directory);
  }
  Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                              std::span<const EventPtr> recorded,
                                              const Directory& directory) const override {
    auto folded = std::make_unique<FindingsCase>(case_id, directory);
    folded->fold(recorded);
    return std::unique_ptr<ProjectedCase>{std::move(folded)};
  }
  log::PartSet reads(schema::EventType type) const override { return folded_parts(type); }
  bool reads_directory() const override { return true; }
  // Whatever Directory::apply() takes in that answers a question about a case: who may read what,
  // of which kind a service is, which profile is in force.
  Touches touches(const Event& event) const override {
    switch (event.type) {
      case schema::EventType::PERSON_REGISTERED:
      case schema::EventType::SERVICE_REGISTERED:
      case schema::EventType::PROFILE_APPROVED:
      case schema::EventType::AUDIT_ACCESS_GRANTED:
      case schema::EventType::AUDIT_ACCESS_APPROVED:
        return Touches::all;
      default:
        return Touches::none;
    }
  }
};

void write(RowWriter& out, const Course& course) {
  out.integer(course.rule);
  out.integer(static_cast<std::uint8_t>((course.ref.event ? kEvent : 0) |
                                        (course.ref.person ? kPerson : 0)));
  if (course.ref.event) out.id(*course.ref.event);
  if (course.ref.person) out.id(*course.ref.person);
  out.text(course.ref.text);
  out.integer(course.due);
  out.integer(course.profile_version);
  out.count(course.spans.size());
  for (const Span& span : course.spans) {
    out.integer(span.first);
    out.integer(span.cleared);
  }
  out.count(course.proof.size());
  for (const EventId& event : course.proof) out.id(event);
}

Course read(RowReader& in) {
  Course course;
  course.rule = in.integer<RuleNo>();
  const std::uint8_t present = in.integer<std::uint8_t>();
  if ((present & kEvent) != 0) course.ref.event = in.id<EventId>();
  if ((present & kPerson) != 0) course.ref.person = in.id<ActorId>();
  course.ref.text = in.text();
  course.due = in.integer<std::int32_t>();
  course.profile_version = in.integer<std::uint32_t>();
  course.spans.resize(in.count(kSpanBytes));
  for (Span& span : course.spans) {
    span.first = in.integer<std::int32_t>();
    span.cleared = in.integer<std::int32_t>();
  }
  course.proof.resize(in.count(EventId::kBytes));
  for (EventId& event : course.proof) event = in.id<EventId>();
  return course;
}

}  // namespace

const CaseProjection& findings_projection() {
  static const FindingsProjection projection;
  return projection;
}

Bytes write_courses(std::span<const Course> courses) {
  RowWriter out;
  out.count(courses.size());
  for (const Course& course : courses) write(out, course);
  return out.take();
}

Result<std::vector<Course>> read_courses(ByteView row) {
  RowReader in{row};
  std::vector<Course> courses(in.count(kCourseBytesLeast));
  for (Course& course : courses) course = read(in);
  if (!in.done()) return Error{Errc::corrupt, "a row of findings"};
  return courses;
}

}  // namespace stafett::bti
