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

// What is the case's to be erased: content, accesses, or both.
class Wanted final {
 public:
  Wanted(log::Log& log, BtiGate& gate, const ErasureWish& wish, const Directory& directory)
      : log_(log),
        gate_(gate),
        wish_(wish),
        today_(local_date(log.clock().now())),
        profile_(directory.profiles().in_force(today_).profile) {}

  Result<void> add(const std::string& label) {
    ENGINE_TRY(id, id_of(gate_, label));
    if (!seen_.insert(id).second) return {};
    ENGINE_TRY(streams, gate_.source().subject(id));
    ENGINE_TRY(erased, gate_.is_erased(id));
    if (!streams && erased) return Error{Errc::erased, "the case was erased: " + label};
    if (!streams) return Error{Errc::not_found, "no such case: " + label};
    ENGINE_TRY(noted, log_.index().erasure(id));
    if (noted && !wish_.with_accesses) return Error{Errc::erased, "the case was erased: " + label};
    // In a copy from before its erasure only the key is gone: what is left goes without being
    // asked.
    if (!erased) ENGINE_TRY_VOID(check_content(id, label));
    if (wish_.with_accesses) ENGINE_TRY_VOID(check_accesses(*streams, label));
    const auto scope =
        static_cast<std::uint8_t>((noted ? 0 : ErasureRecord::kContent) |
                                  (wish_.with_accesses ? ErasureRecord::kAccesses : 0));
    ENGINE_TRY(found, positions_of(log_.store(), *streams, log_.index(), scope));
    positions.insert(positions.end(), found.begin(), found.end());
    return {};
  }

  std::vector<Position> positions;

 private:
  // The rules read the gate's own state: nobody is shown anything of the case.
  Result<void> check_content(const SubjectId& id, const std::string& label) {
    ENGINE_TRY(handle, gate_.recorded_case(id));
    if (!handle) return Error{Errc::not_found, "no such case: " + label};
    const std::lock_guard lock{handle->mutex};
    const auto why = why_not_erased(handle->record.state(), wish_.basis, today_, profile_);
    return why ? Result<void>{Error{Errc::refused, label + ": " + *why}} : Result<void>{};
  }

  Result<void> check_accesses(const log::SubjectRecord& streams, const std::string& label) {
    ENGINE_TRY(found, positions_of(log_.store(), streams, log_.index(), ErasureRecord::kAccesses));
    if (found.empty()) return {};
    ENGINE_TRY(bytes, log_.store().entry(found.back()));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    const auto why = why_accesses_stay(local_date(entry.stamp.recorded_at), today_, profile_);
    return why ? Result<void>{Error{Errc::refused, label + ": " + *why}} : Result<void>{};
  }

  log::Log& log_;
  BtiGate& gate_;
  const ErasureWish& wish_;
  const Date today_;
  const Profile profile_;
  std::set<SubjectId> seen_;
};

class Host final : public log::ErasureHost {
 public:
  Host(BtiGate& gate, Views* views) : gate_(gate), views_(views) {}
  Result<void> close(const SubjectId& subject) override {
    gate_.close_case(subject);
    return {};
  }
  void reopen(const SubjectId& subject) override { gate_.reopen_case(subject); }
  Result<void> erase(std::span<const SubjectId> subjects) override {
    return views_ ? views_->erase(subjects) : Result<void>{};
  }

 private:
  BtiGate& gate_;
  Views* views_;
};

}  // namespace

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

Result<void> approve_erasure(log::Log& log, const log::OrderId& id, const ErasurePerson& by) {
  ENGINE_TRY(order, log::find_erasure_order(log.store(), log.streams().engine, id));
  if (order.ordered.by == by.actor)
    return Error{Errc::refused, "two-persons: approved by who ordered it"};
  if (order.approved) return Error{Errc::conflict, "the order is approved already"};
  ENGINE_TRY_VOID(record(log, *by.signer, format::ErasureApproved{id}));
  ENGINE_TRY_VOID(log.checkpoint_now());
  return {};
}

Result<std::vector<std::string>> cases_ordered(log::Log& log, BtiGate& gate,
                                               const log::OrderId& id) {
  ENGINE_TRY(order, log::find_erasure_order(log.store(), log.streams().engine, id));
  ENGINE_TRY(targets, log::targets_of(log.store(), log.index(), order));
  std::vector<std::string> labels;
  for (const ErasureRecord& target : targets)
    if (!target.done)
      labels.push_back(gate.labels().label_of(log::LabelSpace::subject, target.subject.array()));
  std::ranges::sort(labels);
  return labels;
}

Result<log::ErasureReport> carry_out_erasure(const ErasureCarrier& carrier,
                                             const log::OrderId& order) {
  Host host{carrier.gate, carrier.views};
  return log::run_erasure({carrier.log, host, carrier.places, carrier.escrow, carrier.done_with},
                          order);
}

}  // namespace stafett::bti
