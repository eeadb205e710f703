#pragma once
// The ceremony of an erasure: ordered by one administrator, approved by another, carried out.
//
// Source:   docs/erasure.md
// Threads:  any; one carry_out() at a time. Waits for the log.
// Lifetime: log, gate and views outlive the call.
// Errors:   of all: not_found (no such case, person or order; no key of the person here), refused
//           (the rules, or the log's answer), erased, conflict, read_only, outcome_unknown, io.

#include <span>
#include <string>
#include <vector>

#include "engine/log/erasure/erasure.h"
#include "projections/erasure/erasure_rules.h"
#include "projections/gate/bti_gate.h"
#include "projections/views/views.h"

namespace stafett::bti {

struct ErasurePerson {
  ActorId actor;
  std::shared_ptr<const log::Signer> signer;
};
// An administrator whose key is kept here, by label.
Result<ErasurePerson> erasure_person(log::Log& log, BtiGate& gate, const std::string& label);

struct ErasureWish {
  std::vector<std::string> cases;  // labels; 1 to kCasesMax
  format::ErasureBasis basis = format::ErasureBasis::none;
  bool with_accesses = false;  // of a case whose content was erased before: these alone
};
inline constexpr std::size_t kErasedCasesMax = 1000;

struct OrderedErasure {
  log::OrderId id{};
  std::size_t cases = 0;
  std::size_t positions = 0;
};
// Recorded and under a checkpoint when it returns.
Result<OrderedErasure> order_erasure(log::Log& log, BtiGate& gate, const ErasureWish& wish,
                                     const ErasurePerson& by);
// The basis is looked at once more, here and when it is carried out: an order may be signed by any
// program.
Result<void> approve_erasure(log::Log& log, BtiGate& gate, const log::OrderId& order,
                             const ErasurePerson& by);

// What an order names, as far as it is not erased: for who approves.
struct OrderedCase {
  std::string label;
  bool content, accesses;  // of these goes
};
struct OrderedCases {
  format::ErasureBasis basis;
  std::vector<OrderedCase> cases;  // by label
};
Result<OrderedCases> cases_ordered(log::Log& log, BtiGate& gate, const log::OrderId& order);

Result<bool> has_views(log::Log& log);

struct ErasureCarrier {
  log::Log& log;
  BtiGate& gate;
  Views* views = nullptr;  // null: the log has none; with views that are not given, `conflict`
  std::vector<std::string> places;
  std::function<Result<void>(const log::RootKey&)> escrow;
  std::function<Result<void>(const char* step)> done_with;
  // What else the program keeps of these cases in memory: once their keys are gone, and again when
  // all is done.
  std::function<void(std::span<const SubjectId>)> forget{};
};
Result<log::ErasureReport> carry_out_erasure(const ErasureCarrier& carrier,
                                             const log::OrderId& order);

}  // namespace stafett::bti
