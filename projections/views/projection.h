#pragma once
// A projection: what is worth keeping ready of each case, as a pure fold of its events. It has a
// name and a version, knows no clock and does no I/O; following, rebuilding, storing, sealing and
// digesting are done for it (follower.h, build.h).
//
// The row of a case at a size of the log depends on nothing but the case's events and the directory
// below that size: so a rebuilt row is byte-equal to the one that was kept up.
//
// Source:  docs/how-to/add-a-projection.md
// Threads: a ProjectedCase is used by one thread at a time; a CaseProjection by any.

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/log/opener.h"
#include "projections/state/directory.h"
#include "projections/state/timeline.h"

namespace stafett::bti {

// Every event recorded in the case so far, in position order: with or without the one being added.
using CaseLoader = std::function<Result<std::vector<EventPtr>>()>;

class ProjectedCase {
 public:
  virtual ~ProjectedCase() = default;
  // Whether add() of it will call the loader: it comes late, or corrects what came before.
  virtual bool needs_all(const TimelineEvent& event) const = 0;
  // The case's events come in position order; in a build, those that lie near each other in the log
  // as their timeline: in the order in which they happened, corrections laid over them. After an
  // error the object is thrown away.
  virtual Result<void> add(const TimelineEvent& event, const CaseLoader& load) = 0;
  // The row's bytes: canonical, the same for the same state. Empty: the case has no row.
  virtual Result<Bytes> row() const = 0;
};

class CaseProjection {
 public:
  virtual ~CaseProjection() = default;
  virtual std::string_view name() const = 0;
  // To be raised with every change of what a row holds or how it is computed.
  virtual std::uint32_t version() const = 0;
  // `directory`: outlives what is made, and goes on with the log: whoever reads it says so below.
  virtual std::unique_ptr<ProjectedCase> begin(const SubjectId& case_id,
                                               const Directory& directory) const = 0;
  // All events of a case at once, in position order: as begin() and add() of each.
  virtual Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                                      std::span<const EventPtr> recorded,
                                                      const Directory& directory) const = 0;
  // Goes on from a row. Null: a row does not hold enough for that; the events are folded instead.
  virtual Result<std::unique_ptr<ProjectedCase>> resume(const SubjectId&, ByteView,
                                                        const Directory&) const {
    return std::unique_ptr<ProjectedCase>{};
  }
  virtual bool reads_directory() const { return false; }
  // The parts of a case's event of this type that add() and fold() read beside its facts: the
  // others may stay sealed.
  virtual log::PartSet reads(schema::EventType) const { return log::PartSet::all(); }
  // Of an event of the directory or audit stream: whether it can change the rows of cases. All of
  // them are then folded anew. REQUIRES of who reads the directory: a row for every case.
  enum class Touches : std::uint8_t { none, all };
  virtual Touches touches(const Event&) const { return Touches::none; }
};

// The program's projections, in the order in which they are shown.
std::span<const CaseProjection* const> all_projections();

}  // namespace stafett::bti
