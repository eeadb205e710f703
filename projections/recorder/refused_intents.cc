#include "projections/recorder/refused_intents.h"

#include <algorithm>

#include "projections/gate/event_source.h"

namespace stafett::bti {
namespace {

std::optional<Hash> named_intent(const Event& event) {
  capnp::Data::Reader intent;
  if (event.type == schema::EventType::COMMAND_REJECTED)
    intent = event.facts<schema::CommandRejected>().getIntent();
  else if (event.type == schema::EventType::READ_DENIED)
    intent = event.facts<schema::ReadDenied>().getIntent();
  return Hash::from({intent.begin(), intent.size()});
}

}  // namespace

Result<std::vector<Hash>> refused_intents(const storage::Reads& reads, const log::VerifyKeys& keys,
                                          Random& random) {
  ENGINE_TRY(first, reads.entry(Position{0}));
  ENGINE_TRY(genesis, format::decode_entry(first));
  log::Vault vault{keys.table, random};
  const log::Opener opener{reads, keys.index, vault, genesis.intent.origin_hash};
  const EventSource source{reads, keys.index, opener};
  std::vector<std::pair<Position, Hash>> named;
  StreamId current;
  bool may_refuse = false;
  ENGINE_TRY_VOID(reads.scan_streams(
      [&](const StreamId& stream, Version, Position position) -> Result<storage::Scan> {
        if (stream != current) {
          ENGINE_TRY(record, keys.index.stream(stream));
          current = stream;
          may_refuse = record && (record->kind == format::StreamKind::access ||
                                  record->kind == format::StreamKind::audit);
        }
        if (!may_refuse) return storage::Scan::more;
        ENGINE_TRY(event, source.at(position));
        if (event)
          if (const std::optional<Hash> intent = named_intent(*event))
            named.emplace_back(position, *intent);
        return storage::Scan::more;
      }));
  std::ranges::sort(named);
  std::vector<Hash> intents;
  intents.reserve(named.size());
  for (const auto& [position, intent] : named) intents.push_back(intent);
  return intents;
}

}  // namespace stafett::bti
