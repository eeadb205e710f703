#include "projections/erasure/ceremony.h"

#include <algorithm>
#include <set>

namespace stafett::bti {
namespace {

using log::ErasureRecord;

Result<void> record(log::Log& log, const log::Signer& signer, const format::EngineEvent& event) {
  const TimeUs now = log.clock().now();
  const log::Outcomes outcomes = log.submit_and_wait(
      signer.sign_engine(event, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return {};
}

Result<SubjectId> id_of(BtiGate& gate, const std::string& label) {
  ENGINE_TRY(id, gate.labels().find(log::LabelSpace::subject, label));
  if (!id) return Error{Errc::not_found, "no such case: " + label};
  return SubjectId{*id};
}

// Whether the rules let go today what an order names.
class Grounds final {
 public:
  Grounds(log::Log& log, BtiGate& gate, format::ErasureBasis basis, const Directory& directory)
      : log_(log),
        gate_(gate),
        basis_(basis),
        today_(local_date(log.clock().now())),
        profile_(directory.profiles().in_force(today_).profile) {}

  Result<void> check(const ErasureRecord& target, const std::string& label) const {
    if ((target.scope & ErasureRecord::kContent) != 0) {
      ENGINE_TRY(erased, gate_.is_erased(target.subject));
      // In a copy from before its erasure only the key is gone: what is left goes without being
      // asked.
      if (!erased) ENGINE_TRY_VOID(check_content(target.subject, label));
    } else if ((target.before & ErasureRecord::kContent) == 0) {
      return Error{Errc::refused, label + ": who has read a case goes with it, or after it"};
    }
    if ((target.scope & ErasureRecord::kAccesses) == 0) return {};
    return check_accesses(target.streams, label);
  }

 private:
  // The rules read the gate's own state: nobody is shown anything of the case.
  Result<void> check_content(const SubjectId& id, const std::string& label) const {
    ENGINE_TRY(handle, gate_.recorded_case(id));
    if (!handle) return Error{Errc::not_found, "no such case: " + label};
    const std::lock_guard lock{handle->mutex};
    const auto why = why_not_erased(handle->record.state(), basis_, today_, profile_);
    return why ? Result<void>{Error{Errc::refused, label + ": " + *why}} : Result<void>{};
  }

  Result<void> check_accesses(const log::SubjectRecord& streams, const std::string& label) const {
    ENGINE_TRY(found, positions_of(log_.store(), streams, log_.index(), ErasureRecord::kAccesses));
    if (found.empty()) return {};
    ENGINE_TRY(bytes, log_.store().entry(found.back()));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    const auto why = why_accesses_stay(local_date(entry.stamp.recorded_at), today_, profile_);
    return why ? Result<void>{Error{Errc::refused, label + ": " + *why}} : Result<void>{};
  }

  log::Log& log_;
  BtiGate& gate_;
  const format::ErasureBasis basis_;
  const Date today_;
  const Profile profile_;
};

// What is the case's to be erased: content, accesses, or both.
class Wanted final {
 public:
  Wanted(log::Log& log, BtiGate& gate, const ErasureWish& wish, const Directory& directory)
      : log_(log), gate_(gate), wish_(wish), grounds_(log, gate, wish.basis, directory) {}

  Result<void> add(const std::string& label) {
    ENGINE_TRY(id, id_of(gate_, label));
    if (!seen_.insert(id).second) return {};
    ENGINE_TRY(streams, gate_.source().subject(id));
    ENGINE_TRY(erased, gate_.is_erased(id));
    if (!streams && erased) return Error{Errc::erased, "the case was erased: " + label};
    if (!streams) return Error{Errc::not_found, "no such case: " + label};
    ENGINE_TRY(noted, log_.index().erasure(id));
    if (noted && !wish_.with_accesses) return Error{Errc::erased, "the case was erased: " + label};
    ErasureRecord target{};
    target.subject = id;
    target.streams = *streams;
    target.before = noted ? noted->all() : std::uint8_t{0};
    target.scope = static_cast<std::uint8_t>((noted ? 0 : ErasureRecord::kContent) |
                                             (wish_.with_accesses ? ErasureRecord::kAccesses : 0));
    ENGINE_TRY_VOID(grounds_.check(target, label));
    ENGINE_TRY(found, positions_of(log_.store(), *streams, log_.index(), target.scope));
    positions.insert(positions.end(), found.begin(), found.end());
    return {};
  }

  std::vector<Position> positions;

 private:
  log::Log& log_;
  BtiGate& gate_;
  const ErasureWish& wish_;
  const Grounds grounds_;
  std::set<SubjectId> seen_;
};

std::string label_of(BtiGate& gate, const ErasureRecord& target) {
  return gate.labels().label_of(log::LabelSpace::subject, target.subject.array());
}

// Of every case whose erasure has not begun: whoever signed the order may have had a program that
// asked nothing.
Result<void> check_grounds(log::Log& log, BtiGate& gate, const log::ErasureOrder& order) {
  ENGINE_TRY(directory, gate.directory_now());
  ENGINE_TRY(targets, log::targets_of(log.store(), log.index(), order));
  const Grounds grounds{log, gate, order.basis, *directory};
  for (const ErasureRecord& target : targets) {
    ENGINE_TRY(noted, log.index().erasure(target.subject));
    if (noted && noted->order == order.id) continue;
    ENGINE_TRY_VOID(grounds.check(target, label_of(gate, target)));
  }
  return {};
}

class Host final : public log::ErasureHost {
 public:
  explicit Host(const ErasureCarrier& carrier)
      : gate_(carrier.gate), views_(carrier.views), carrier_(carrier) {}
  Result<void> close(const SubjectId& subject) override {
    gate_.close_case(subject);
    return {};
  }
  void reopen(const SubjectId& subject) override { gate_.reopen_case(subject); }
  Result<void> erase(std::span<const SubjectId> subjects) override {
    gone_.assign(subjects.begin(), subjects.end());
    forget();
    // Of a document that was left behind the chunks are compacted away with the others.
    ENGINE_TRY(swept, gate_.documents().sweep());
    return views_ ? views_->erase(subjects) : Result<void>{};
  }
  // Again when the rows are gone that say whose what is: until then they may have been read anew.
  void forget() const {
    for (const SubjectId& subject : gone_)
      gate_.labels().forget(log::LabelSpace::subject, subject.array());
    carrier_.log.opener().forget_streams();
    if (carrier_.forget) carrier_.forget(gone_);
  }

 private:
  BtiGate& gate_;
  Views* views_;
  const ErasureCarrier& carrier_;
  std::vector<SubjectId> gone_;
};

}  // namespace

Result<bool> has_views(log::Log& log) {
  return log.files().exists(log.paths().views + "/CURRENT");
}

Result<ErasurePerson> erasure_person(log::Log& log, BtiGate& gate, const std::string& label) {
  ENGINE_TRY(id, gate.labels().find(log::LabelSpace::person, label));
  if (!id) return Error{Errc::not_found, "nobody of that label: " + label};
  ENGINE_TRY(signer, log.signer_of(ActorId{*id}));
  return ErasurePerson{ActorId{*id}, std::move(signer)};
}

Result<OrderedErasure> order_erasure(log::Log& log, BtiGate& gate, const ErasureWish& wish,
                                     const ErasurePerson& by) {
  if (wish.cases.empty() || wish.cases.size() > kErasedCasesMax)
    return Error{Errc::invalid_argument,
                 "an order names 1 to " + std::to_string(kErasedCasesMax) + " cases"};
  ENGINE_TRY(directory, gate.directory_now());
  Wanted wanted{log, gate, wish, *directory};
  for (const std::string& label : wish.cases) ENGINE_TRY_VOID(wanted.add(label));
  const auto ranges = log::ranges_of(wanted.positions);
  if (ranges.empty()) return Error{Errc::not_found, "there is nothing to erase"};
  OrderedErasure ordered;
  log.random().fill(ordered.id);
  ordered.cases = wish.cases.size();
  ordered.positions = wanted.positions.size();
  for (std::size_t at = 0; at < ranges.size(); at += format::kErasureRangesMax) {
    const std::size_t end = std::min(ranges.size(), at + format::kErasureRangesMax);
    format::ErasureOrdered event{ordered.id, {}, wish.basis};
    for (std::size_t i = at; i < end; ++i) event.ranges.push_back(ranges[i]);
    ENGINE_TRY_VOID(record(log, *by.signer, event));
  }
  ENGINE_TRY_VOID(log.checkpoint_now());
  return ordered;
}

Result<void> approve_erasure(log::Log& log, BtiGate& gate, const log::OrderId& id,
                             const ErasurePerson& by) {
  ENGINE_TRY(order, log::find_erasure_order(log.store(), log.streams().engine, id));
  if (order.ordered.by == by.actor)
    return Error{Errc::refused, "two-persons: approved by who ordered it"};
  if (order.approved) return Error{Errc::conflict, "the order is approved already"};
  ENGINE_TRY_VOID(check_grounds(log, gate, order));
  ENGINE_TRY_VOID(record(log, *by.signer, format::ErasureApproved{id}));
  ENGINE_TRY_VOID(log.checkpoint_now());
  return {};
}

Result<OrderedCases> cases_ordered(log::Log& log, BtiGate& gate, const log::OrderId& id) {
  ENGINE_TRY(order, log::find_erasure_order(log.store(), log.streams().engine, id));
  ENGINE_TRY(targets, log::targets_of(log.store(), log.index(), order));
  OrderedCases ordered{order.basis, {}};
  for (const ErasureRecord& target : targets) {
    if (target.done) continue;
    ordered.cases.push_back({label_of(gate, target), (target.scope & ErasureRecord::kContent) != 0,
                             (target.scope & ErasureRecord::kAccesses) != 0});
  }
  std::ranges::sort(ordered.cases, {}, &OrderedCase::label);
  return ordered;
}

Result<log::ErasureReport> carry_out_erasure(const ErasureCarrier& carrier,
                                             const log::OrderId& id) {
  if (!carrier.views) {
    ENGINE_TRY(there, has_views(carrier.log));
    if (there) return Error{Errc::conflict, "the log has views, which are not open here"};
  }
  ENGINE_TRY(order, log::find_erasure_order(carrier.log.store(), carrier.log.streams().engine, id));
  if (order.approved && !order.completed)
    ENGINE_TRY_VOID(check_grounds(carrier.log, carrier.gate, order));
  Host host{carrier};
  Result<log::ErasureReport> report =
      log::run_erasure({carrier.log, host, carrier.places, carrier.escrow, carrier.done_with}, id);
  host.forget();
  return report;
}

}  // namespace stafett::bti
