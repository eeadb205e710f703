#include "engine/log/witness/policy_in_force.h"

#include <algorithm>

#include "engine/format/engine_event.h"
#include "engine/format/entry.h"

namespace stafett::log {

Result<WitnessPolicies> WitnessPolicies::read(const storage::Reads& reads, const StreamId& engine) {
  WitnessPolicies found;
  ENGINE_TRY_VOID(reads.scan_stream(
      engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        if (position.value() >= reads.size().value()) return storage::Scan::stop;
        const auto corrupt = [&](const Error& why) {
          return Error{Errc::corrupt,
                       "entry " + std::to_string(position.value()) + ": " + why.detail()};
        };
        ENGINE_TRY(bytes, reads.entry(position));
        const Result<format::Entry> entry = format::decode_entry(bytes);
        if (!entry) return corrupt(entry.error());
        const auto event = format::decode_engine_event(entry->public_part);
        if (!event) return corrupt(event.error());
        const auto* changed = std::get_if<format::WitnessPolicyChanged>(&*event);
        if (!changed) return storage::Scan::more;
        auto policy = transparency::WitnessPolicy::parse(changed->policy);
        if (!policy) return corrupt(policy.error());
        found.all_.push_back({position, changed->policy, std::move(*policy)});
        return storage::Scan::more;
      }));
  return found;
}

const RecordedPolicy* WitnessPolicies::in_force(TreeSize size) const {
  const auto after = std::ranges::find_if(
      all_, [&](const RecordedPolicy& one) { return one.position.value() >= size.value(); });
  return after == all_.begin() ? nullptr : &*std::prev(after);
}

}  // namespace stafett::log
