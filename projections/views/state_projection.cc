#include "projections/views/state_projection.h"

#include "projections/rebuild/folded_parts.h"
#include "projections/state/case_build.h"
#include "projections/state/case_snapshot.h"

namespace stafett::bti {
namespace {

class StateCase final : public ProjectedCase {
 public:
  explicit StateCase(CaseRecord record) : record_(std::move(record)) {}

  bool needs_all(const TimelineEvent& event) const override { return record_.needs_rebuild(event); }
  Result<void> add(const TimelineEvent& event, const CaseLoader& load) override {
    return record_.add(event, load);
  }
  Result<Bytes> row() const override { return save_snapshot(record_.state()); }

 private:
  CaseRecord record_;
};

class StateProjection final : public CaseProjection {
 public:
  std::string_view name() const override { return "state"; }
  // A row is a snapshot: whoever raises its version raises this one.
  std::uint32_t version() const override { return kCaseSnapshotVersion; }
  log::PartSet reads(schema::EventType type) const override { return folded_parts(type); }
  std::unique_ptr<ProjectedCase> begin(const SubjectId& case_id, const Directory&) const override {
    return std::make_unique<StateCase>(CaseRecord{case_id});
  }
  Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                              std::span<const EventPtr> recorded,
                                              const Directory&) const override {
    return std::unique_ptr<ProjectedCase>{
        std::make_unique<StateCase>(CaseRecord{build(case_id, recorded)})};
  }
  Result<std::unique_ptr<ProjectedCase>> resume(const SubjectId&, ByteView row,
                                                const Directory&) const override {
    ENGINE_TRY(state, load_snapshot(row));
    return std::unique_ptr<ProjectedCase>{
        std::make_unique<StateCase>(CaseRecord{std::move(state)})};
  }
};

}  // namespace

const CaseProjection& state_projection() {
  static const StateProjection projection;
  return projection;
}

Result<CaseState> read_state_row(ByteView row) {
  return load_snapshot(row);
}

}  // namespace stafett::bti
