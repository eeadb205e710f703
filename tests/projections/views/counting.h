#pragma once
// A projection that counts, and that misbehaves where it is told to.

#include <optional>
#include <stdexcept>

#include "tests/projections/views/town.h"

namespace stafett::bti::test {

// Counts a case's events. Row: version, number of events, and whether the directory has a gym when
// it reads that.
struct Behaviour {
  std::string name = "count";
  std::uint32_t version = 1;
  std::uint32_t throws_at = 0;  // number of events of a case; 0: never
  bool reads_directory = false;
  bool resumes = false;        // from its row, and so with the directory that the row was made with
  std::string throws_in = "";  // a function of the projection

  void enter(std::string_view function) const {
    if (function == throws_in) throw std::runtime_error{"does not like this one"};
  }
};

class CountingCase final : public ProjectedCase {
 public:
  CountingCase(const Behaviour& behaviour, const Directory& directory)
      : behaviour_(behaviour), directory_(directory) {}
  CountingCase(const Behaviour& behaviour, const Directory& directory, ByteView row)
      : CountingCase(behaviour, directory) {
    events_ = from_big_endian<std::uint32_t>(row.subspan(4));
    if (behaviour_.reads_directory) gym_ = row.back();
  }
  bool needs_all(const TimelineEvent&) const override { return false; }
  Result<void> add(const TimelineEvent&, const CaseLoader&) override {
    if (++events_ == behaviour_.throws_at) throw std::runtime_error{"does not like this one"};
    return {};
  }
  Result<Bytes> row() const override {
    Bytes row;
    append(row, big_endian(behaviour_.version));
    append(row, big_endian(events_));
    if (behaviour_.reads_directory)
      row.push_back(gym_.value_or(directory_.has_service("gym") ? 1 : 0));
    return row;
  }

 private:
  const Behaviour& behaviour_;
  const Directory& directory_;
  std::uint32_t events_ = 0;
  std::optional<std::uint8_t> gym_;
};

class Counting final : public CaseProjection {
 public:
  explicit Counting(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}
  std::string_view name() const override { return behaviour_.name; }
  std::uint32_t version() const override { return behaviour_.version; }
  std::unique_ptr<ProjectedCase> begin(const SubjectId&,
                                       const Directory& directory) const override {
    behaviour_.enter("begin");
    return std::make_unique<CountingCase>(behaviour_, directory);
  }
  Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                              std::span<const EventPtr> recorded,
                                              const Directory& directory) const override {
    std::unique_ptr<ProjectedCase> folded = begin(case_id, directory);
    for (const EventPtr& event : recorded) ENGINE_TRY_VOID(folded->add({event}, {}));
    return folded;
  }
  Result<std::unique_ptr<ProjectedCase>> resume(const SubjectId&, ByteView row,
                                                const Directory& directory) const override {
    behaviour_.enter("resume");
    std::unique_ptr<ProjectedCase> resumed;
    if (behaviour_.resumes) resumed = std::make_unique<CountingCase>(behaviour_, directory, row);
    return resumed;
  }
  log::PartSet reads(schema::EventType) const override {
    behaviour_.enter("reads");
    return {};
  }
  bool reads_directory() const override { return behaviour_.reads_directory; }
  Touches touches(const Event& event) const override {
    behaviour_.enter("touches");
    return behaviour_.reads_directory && event.type == schema::EventType::SERVICE_REGISTERED
               ? Touches::all
               : Touches::none;
  }

 private:
  const Behaviour behaviour_;
};

inline const Generation& named(const std::vector<Generation>& all, std::string_view name,
                               Role role) {
  const auto found = std::ranges::find_if(
      all, [&](const Generation& one) { return one.name == name && one.role == role; });
  BOOST_REQUIRE((found != all.end()));
  return *found;
}

// A program with this projection followed the log to its end, and is gone.
inline void follow_with(Municipality& m, const CaseProjection& projection) {
  const CaseProjection* const only[] = {&projection};
  ok(Follower{*views_of(m, only)}.catch_up());
}

}  // namespace stafett::bti::test
