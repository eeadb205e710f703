#pragma once
// Visibility: which classes of an event a viewer is given at an instant. Deny by default; a viewer
// gets the union of what the rows give.
//
// Pure: decided with what the log knows at that instant.
// Threads: any.

#include "projections/rules/basis.h"
#include "projections/state/case_state.h"
#include "projections/state/directory.h"
#include "projections/state/event.h"

namespace stafett::bti {

// A set of the classes fact, narrative, identity.
class ClassSet final {
 public:
  constexpr ClassSet() = default;
  static constexpr ClassSet fact() { return ClassSet(1); }
  static constexpr ClassSet fact_and_identity() { return ClassSet(1 | 4); }
  static constexpr ClassSet all() { return ClassSet(7); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has_fact() const { return (bits_ & 1) != 0; }
  constexpr bool has_narrative() const { return (bits_ & 2) != 0; }
  constexpr bool has_identity() const { return (bits_ & 4) != 0; }
  constexpr ClassSet& operator|=(ClassSet other) {
    bits_ = static_cast<std::uint8_t>(bits_ | other.bits_);
    return *this;
  }
  friend constexpr bool operator==(const ClassSet&, const ClassSet&) = default;

 private:
  constexpr explicit ClassSet(std::uint8_t bits) : bits_(bits) {}
  std::uint8_t bits_ = 0;
};

// One viewer of one case at one instant. Borrows the context.
class Visibility final {
 public:
  // `context.state`: the fold with asOf = knownAt = `at` (or, on a stream, up to a position);
  // `context.view`: registrations at `at`; `context.profile`: in force on its date.
  Visibility(const ReaderContext& context, const ActorId& viewer, TimeUs at);

  // Of an event of the case stream, or of the access stream as far as it does not depend on what
  // the event says: the family's access list needs the event itself.
  ClassSet of(const EventRef& event) const;
  // Of any event of the case.
  ClassSet of(const Event& event) const;

 private:
  struct Marks;  // of one event: released, restricted, ...

  Marks marks_of(const EventRef& event) const;
  void decide_family();
  void decide_by_role(const Registration& person, Moment point);
  void decide_holder_and_participant(const Registration* person, Moment point);
  ClassSet to_family(const EventRef& event, const Marks& marks) const;
  ClassSet to_staff(const EventRef& event, const Marks& marks) const;
  ClassSet to_offices(const EventRef& event, const Marks& marks) const;
  ClassSet in_access_list(const Event& event) const;
  bool all_hidden(const Event& read) const;
  bool recorded_by_home_service(const EventRef& event) const;

  const ReaderContext& context_;
  ActorId viewer_;
  Date day_;
  std::string_view own_service_;
  ServiceNo own_service_no_ = kNoService;
  bool covered_ = false;
  // Which rows hold for the viewer.
  bool guardian_ = false;
  bool subject_ = false;
  bool pre_log_reader_ = false;
  bool home_leader_ = false;
  bool holder_leader_ = false;
  bool holder_ = false;
  bool participant_ = false;
  bool barnevern_participant_ = false;
  bool employee_ = false;
  bool coordinator_ = false;
  bool named_coordinator_ = false;
  bool broke_glass_ = false;
  bool archivist_ = false;
  bool auditor_ = false;
  bool dpo_ = false;
  bool reporter_ = false;
};

}  // namespace stafett::bti
