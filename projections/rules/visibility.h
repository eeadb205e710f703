#pragma once
// Visibility: which classes of an event a viewer is given at an instant. Deny by default; a viewer
// gets the union of what the rows give.
//
// Pure: decided with what the log knows at that instant.
// Source:  docs/reference/visibility.md
// Threads: any.

#include "projections/catalogue/registry.h"
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

// The rows of the table that hold for a viewer, in the table's order.
enum class ViewerRow : std::uint8_t {
  guardian,
  subject,
  pre_log_reader,
  home_leader,
  holder_leader,
  holder,
  participant,
  barnevern_participant,
  recorder,  // of barnevern events, while employee
  coordinator,
  named_coordinator,  // the one named last, or covered: all classes
  broke_glass,
  archivist,
  auditor,
  dpo,
  reporter
};
inline constexpr std::size_t kViewerRows = 16;
std::string_view row_name(ViewerRow row);  // "guardian", "preLogReader", ...
using ViewerRows = BitSet<ViewerRow>;

// What is given of one event, and in which form.
struct Sight {
  enum class Form : std::uint8_t {
    whole,
    access_list,  // of a read: as the family's access list shows it
    reported      // de-identified, without place, exact time and actor
  };
  ClassSet classes;  // empty: hidden
  Form form = Form::whole;
  bool actor = false;  // who recorded it is told
  friend bool operator==(const Sight&, const Sight&) = default;
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
  // Of any event of the case, as it was recorded (not corrected).
  ClassSet of(const Event& event) const { return sight(event).classes; }
  Sight sight(const Event& event) const;
  // The same of an event of the case stream, without being told what it says: what would only be
  // reported of it is left out.
  Sight sight(const EventRef& event) const;

  ViewerRows rows() const { return rows_; }
  bool is_family() const { return has(ViewerRow::guardian) || has(ViewerRow::subject); }

 private:
  struct Marks;  // of one event: released, restricted, ...

  bool has(ViewerRow row) const { return rows_.has(row); }
  void set(ViewerRow row, bool holds) {
    if (holds) rows_.add(row);
  }
  Marks marks_of(const EventRef& event) const;
  void add_protections(const EventRef& event, Marks& marks) const;
  const EventRef* corrected_by(const EventRef& event) const;
  void decide_family();
  void decide_by_role(const Registration& person, Moment point);
  void decide_holder_and_participant(const Registration* person, Moment point);
  ClassSet to_family(const EventRef& event, const Marks& marks) const;
  ClassSet to_staff(const EventRef& event, const Marks& marks) const;
  ClassSet to_offices(const EventRef& event, const Marks& marks) const;
  ClassSet to_reporter(const EventRef& event, const Marks& marks) const;
  ClassSet without_report(const EventRef& event) const;
  bool tells_actor(ClassSet given, Compartment compartment) const;
  ClassSet to_reporter(const Event& event) const;
  bool names_barnevern(const EventRef& event) const;
  ClassSet in_access_list(const Event& event) const;
  bool all_hidden(const Event& read) const;
  bool is_shielding_service(std::string_view service) const;
  bool recorded_by_home_service(const EventRef& event) const;

  const ReaderContext& context_;
  ActorId viewer_;
  Date day_;
  std::string_view own_service_;
  ServiceNo own_service_no_ = kNoService;
  bool covered_ = false;
  ViewerRows rows_;
};

}  // namespace stafett::bti
