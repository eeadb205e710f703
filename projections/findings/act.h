#pragma once
// Act: one event of a case as the findings look at it: small, so that the histories of many cases
// can be held at once. What a field means for each type is said where it is read (act.cc).
//
// Threads: values.

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/catalogue/registry.h"
#include "projections/rules/basis.h"
#include "projections/state/event.h"
#include "projections/state/moment.h"

namespace stafett::bti {

// A local id, service or language of one case, numbered.
using NameNo = std::uint32_t;
inline constexpr NameNo kNoName = 0xFFFFFFFF;

class Names final {
 public:
  NameNo number(std::string_view name);  // empty: kNoName
  NameNo find(std::string_view name) const;
  std::string_view name(NameNo number) const;  // empty for kNoName

 private:
  std::vector<std::string> names_;
};

struct Act {
  enum Flag : std::uint16_t {
    responsibility = 1,  // GuardianLinked
    opens_log = 2,       // ConsentGranted, ConsentRefused, ConsentRequested
    documented = 4,      // ConsentGranted: documentDigest, or digital and signed by the consenter
    to_person = 8,       // ConsentGranted.recipient
    interpreted = 16,    // ConsentGranted.interpreter
    whole = 32,          // ConsentWithdrawn of the whole consent
    with_family = 64,    // MeetingHeld with a guardian or the subject
    school_duty = 128,   // MeasurePlanned
    has_text = 256,      // LogClosed.note, EntryCorrected.reason: not blank; MeetingHeld.minutes
    complete = 512,      // SchoolEnvironmentPlanMade: all five fields
    wanted = 1024,       // IpGranted
    wants_coordinator = 2048,       // IpGranted
    reads_closed_barnevern = 4096,  // EntryRead
  };
  EventId id;
  TimeUs at;
  Position position;
  std::int32_t day = 0;           // local date of `at`
  std::int32_t recorded_day = 0;  // local date of recordedAt
  EventType type = EventType::UNSET;
  Mode mode = Mode::live;
  Compartment compartment = Compartment::open;
  Basis basis = Basis::ok;  // EntryRead
  std::uint16_t flags = 0;
  std::uint16_t word = 0;  // an enum or a level
  ActorId person;
  NameNo local = kNoName;     // the local id that it creates, sets or refers to
  NameNo replaces = kNoName;  // ConsentGranted
  NameNo service = kNoName;
  NameNo language = kNoName;                        // ConsentGranted
  std::int32_t date = kNoDate;                      // a day that it names
  EventId target;                                   // BreakGlassApproved
  boost::container::small_vector<NameNo, 3> names;  // services, hearings, consents or languages

  Moment moment() const { return Moment::of(at, position); }
  bool has(Flag flag) const { return (flags & flag) != 0; }
  bool in_case_stream() const { return compartment < Compartment::access; }
};

// All but what depends on the state of the case (basis, reads_closed_barnevern).
Act read_act(const Event& event, Names& names);

}  // namespace stafett::bti
