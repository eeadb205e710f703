#include "projections/state/case_snapshot.h"

#include <concepts>
#include <cstring>
#include <type_traits>

namespace stafett::bti {
namespace {

// Every record's fields, once, for the writer and the reader.
template <class A>
void fields(A& a, Moment& v) {
  a(v.at, v.order);
}
template <class A>
void fields(A& a, LocalId& v) {
  a(v.kind, v.id, v.created);
}
template <class A>
void fields(A& a, EventRef& v) {
  a(v.id, v.actor, v.occurred_at, v.position, v.type, v.compartment, v.flags);
}
template <class A>
void fields(A& a, NamedService& v) {
  a(v.event, v.service);
}
template <class A>
void fields(A& a, Correction& v) {
  a(v.event, v.target);
}
template <class A>
void fields(A& a, Holder& v) {
  a(v.person, v.service, v.since);
}
template <class A>
void fields(A& a, Offer& v) {
  a(v.id, v.to, v.service, v.on);
}
template <class A>
void fields(A& a, Guardian::Link& v) {
  a(v.at, v.responsibility);
}
template <class A>
void fields(A& a, Guardian& v) {
  a(v.person, v.relation, v.linked, v.access, v.exempted, v.links);
}
template <class A>
void fields(A& a, Withdrawal& v) {
  a(v.at, v.whole, v.services);
}
template <class A>
void fields(A& a, Consent& v) {
  a(v.id, v.consenter, v.at, v.services, v.open_log, v.form, v.from, v.to, v.replaces,
    v.transfer_to, v.withdrawals);
}
template <class A>
void fields(A& a, ConsentRefusal& v) {
  a(v.consenter, v.at, v.services, v.open_log, v.on);
}
template <class A>
void fields(A& a, Participant& v) {
  a(v.id, v.service, v.person, v.task, v.since, v.until);
}
template <class A>
void fields(A& a, Goal& v) {
  a(v.id, v.area, v.status, v.text);
}
template <class A>
void fields(A& a, Measure& v) {
  a(v.id, v.title, v.goal, v.responsible, v.service, v.started_on, v.ended_on, v.evaluate_by,
    v.reschedules, v.evaluations, v.area, v.last_effect, v.status, v.arena, v.school_duty);
}
template <class A>
void fields(A& a, Meeting& v) {
  a(v.id, v.kind, v.held, v.minutes, v.date, v.next_date);
}
template <class A>
void fields(A& a, Hearing& v) {
  a(v.id, v.on, v.how);
}
template <class A>
void fields(A& a, Agreement& v) {
  a(v.about, v.on, v.persons);
}
template <class A>
void fields(A& a, Report& v) {
  a(v.id, v.to, v.on, v.feedback);
}
template <class A>
void fields(A& a, Transition& v) {
  a(v.kind, v.planned, v.date, v.on);
}
template <class A>
void fields(A& a, ClosureDemand& v) {
  a(v.by, v.on);
}
template <class A>
void fields(A& a, Transfer& v) {
  a(v.id, v.to, v.offered_on, v.accepted_on);
}
template <class A>
void fields(A& a, RightsRequest& v) {
  a(v.id, v.kind, v.outcome, v.on, v.answered_on);
}
template <class A>
void fields(A& a, Restriction& v) {
  a(v.target, v.until);
}
template <class A>
void fields(A& a, Release& v) {
  a(v.entry, v.to_family, v.to_services);
}
template <class A>
void fields(A& a, BreakGlass& v) {
  a(v.event, v.person, v.actor, v.at, v.until, v.approved);
}
template <class A>
void fields(A& a, Ip& v) {
  a(v.assessed_on, v.granted_on, v.entitled, v.wanted, v.wants_coordinator, v.coordinator,
    v.coordinator_service, v.coordinator_named);
}
template <class A>
void fields(A& a, CaseState& v) {
  a(v.id, v.phase, v.level, v.decided_level, v.raised, v.subject_kind, v.subject, v.birth_date,
    v.home_service, v.raised_on, v.opened, v.closed, v.opened_on, v.closed_on, v.closing_reason,
    v.has_holder, v.latest_holder, v.pending_offer, v.offers, v.guardians, v.consents, v.refusals,
    v.participants, v.goals, v.measures, v.meetings, v.hearings, v.exemptions, v.notes,
    v.attachments, v.agreements, v.stalled, v.school_environment, v.school_plan_complete, v.ip,
    v.reports, v.escalated_on, v.transitions, v.closure_demands, v.archive, v.archive_message,
    v.archive_on, v.transfers, v.rights, v.protection, v.protection_ever, v.protection_lifted,
    v.anyone_informed, v.informed, v.involved, v.restrictions, v.releases, v.corrections,
    v.break_glass, v.services, v.local_ids, v.index, v.named_services, v.events, v.last,
    v.last_event_at);
}

// Numbers little-endian in their own width, counts as u32. Into room that is there already: a state
// is some thousand small values.
class Writer {
 public:
  Writer() : out_(kUsualBytes) {}
  Bytes take() {
    out_.resize(used_);
    return std::move(out_);
  }
  template <class... T>
  void operator()(T&... values) {
    (put(values), ...);
  }

 private:
  static constexpr std::size_t kUsualBytes = 8192;  // few cases take more

  void bytes(ByteView value) {
    if (out_.size() - used_ < value.size()) out_.resize(2 * out_.size() + value.size());
    if (!value.empty()) std::memcpy(out_.data() + used_, value.data(), value.size());
    used_ += value.size();
  }
  template <class Int>
  void number(Int value) {
    bytes(little_endian(static_cast<std::make_unsigned_t<Int>>(value)));
  }
  void put(bool value) { number<std::uint8_t>(value ? 1 : 0); }
  template <std::integral Int>
  void put(Int value) {
    number(value);
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void put(Enum value) { number(static_cast<std::underlying_type_t<Enum>>(value)); }
  void put(TimeUs value) { number(value.value()); }
  void put(Position value) { number(value.value()); }
  template <std::size_t N, class Tag>
  void put(const FixedBytes<N, Tag>& value) {
    bytes(value.view());
  }
  void put(const std::string& value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes(as_bytes(value));
  }
  template <class T>
  void put(std::vector<T>& values) {
    number(static_cast<std::uint32_t>(values.size()));
    for (T& value : values) put(value);
  }
  template <class T>
  void put(std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class Record>
  requires requires(Writer& w, Record& r) { fields(w, r); }
  void put(Record& record) { fields(*this, record); }

  Bytes out_;
  std::size_t used_ = 0;
};

class Loader {
 public:
  explicit Loader(ByteView in) : in_(in) {}
  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  bool done() const { return ok_ && in_.empty(); }

 private:
  // After a fault everything reads as zero, and done() is false.
  ByteView take(std::size_t bytes) {
    if (!ok_ || bytes > in_.size()) {
      ok_ = false;
      return {};
    }
    const ByteView taken = in_.first(bytes);
    in_ = in_.subspan(bytes);
    return taken;
  }
  template <class Int>
  Int number() {
    const ByteView bytes = take(sizeof(Int));
    std::make_unsigned_t<Int> value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
      value = static_cast<std::make_unsigned_t<Int>>((std::uint64_t{value} << 8) | bytes[i]);
    return static_cast<Int>(value);
  }
  // Every element takes a byte at least: a count past the rest is a fault, not an allocation.
  std::size_t count() {
    const auto wanted = number<std::uint32_t>();
    if (wanted > in_.size()) ok_ = false;
    return ok_ ? wanted : 0;
  }
  void get(bool& value) {
    const auto byte = number<std::uint8_t>();
    if (byte > 1) ok_ = false;
    value = byte == 1;
  }
  template <std::integral Int>
  void get(Int& value) {
    value = number<Int>();
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void get(Enum& value) { value = static_cast<Enum>(number<std::underlying_type_t<Enum>>()); }
  void get(TimeUs& value) { value = TimeUs{number<std::int64_t>()}; }
  void get(Position& value) { value = Position{number<std::uint64_t>()}; }
  template <std::size_t N, class Tag>
  void get(FixedBytes<N, Tag>& value) {
    if (const auto read = FixedBytes<N, Tag>::from(take(N))) value = *read;
  }
  void get(std::string& value) { value = as_text(take(count())); }
  template <class T>
  void get(std::vector<T>& values) {
    const std::size_t wanted = count();
    values.clear();
    for (std::size_t i = 0; i < wanted && ok_; ++i) {
      values.emplace_back();
      get(values.back());
    }
    values.shrink_to_fit();
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    value.reset();
    if (there) get(value.emplace());
  }
  template <class Record>
  requires requires(Loader& l, Record& r) { fields(l, r); }
  void get(Record& record) { fields(*this, record); }

  ByteView in_;
  bool ok_ = true;
};

}  // namespace

Bytes save_snapshot(const CaseState& state) {
  Writer writer;
  std::uint8_t version = kCaseSnapshotVersion;
  writer(version);
  // The one list of fields serves both directions, so it is not const; nothing is changed.
  fields(writer, const_cast<CaseState&>(state));
  return writer.take();
}

Result<CaseState> load_snapshot(ByteView bytes) {
  if (bytes.empty()) return Error{Errc::corrupt, "empty snapshot"};
  if (bytes[0] != kCaseSnapshotVersion)
    return Error{Errc::unsupported, "snapshot of another version"};
  CaseState state;
  Loader loader(bytes.subspan(1));
  fields(loader, state);
  if (!loader.done()) return Error{Errc::corrupt, "not a snapshot of a case"};
  return state;
}

}  // namespace stafett::bti
