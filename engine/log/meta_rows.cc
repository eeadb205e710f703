#include "engine/log/meta_rows.h"

#include <fmt/format.h>

#include "engine/log/log_tree.h"

namespace stafett::log {

Bytes encode(const StreamIds& streams) {
  Bytes bytes;
  for (const StreamId* id : {&streams.engine, &streams.directory, &streams.audit})
    append(bytes, id->view());
  return bytes;
}

Result<StreamIds> read_stream_ids(const storage::Reads& reads) {
  ENGINE_TRY(row, reads.meta(kMetaStreams));
  if (!row || row->size() != 48) return Error{Errc::corrupt, "meta: streams"};
  const ByteView bytes{*row};
  return StreamIds{*StreamId::from(bytes.subspan(0, 16)), *StreamId::from(bytes.subspan(16, 16)),
                   *StreamId::from(bytes.subspan(32, 16))};
}

Result<DomainId> read_index_domain(const storage::Reads& reads) {
  ENGINE_TRY(row, reads.meta(kMetaIndex));
  const auto domain = row ? DomainId::from(*row) : std::nullopt;
  if (!domain) return Error{Errc::corrupt, "meta: index"};
  return *domain;
}

Result<void> read_keyring(const storage::Reads& reads, const StreamId& engine, Keyring& keyring) {
  return reads.scan_stream(
      engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        const auto named = [&](const Error& error) {
          return Error{Errc::corrupt, fmt::format("engine event at position {}: {}",
                                                  position.value(), error.to_string())};
        };
        ENGINE_TRY(bytes, reads.entry(position));
        const Result<format::Entry> entry = format::decode_own_entry(bytes);
        if (!entry) return named(entry.error());
        const Result<format::EngineEvent> event = format::decode_engine_event(entry->public_part);
        if (!event) return named(event.error());
        if (const Result<void> applied = keyring.apply_stored(*event, position); !applied)
          return named(applied.error());
        return storage::Scan::more;
      });
}

Result<std::optional<std::string>> difference_from_guard(const storage::Reads& reads,
                                                         const transparency::TreeHead& head,
                                                         const Guard& guard) {
  std::vector<TreeState> guarded{guard.required()};
  if (const auto checkpoint = guard.checkpoint()) guarded.push_back(checkpoint->state);
  for (const TreeState& state : guarded)
    if (head.size < state.size)
      return std::optional{fmt::format(
          "the database ends before what was acknowledged: positions {} to {} are missing",
          head.size.value(), state.size.value() - 1)};
  if (const auto possible = guard.possible(); possible && possible->size <= head.size)
    guarded.push_back(*possible);
  for (const TreeState& state : guarded) {
    if (state.root.is_zero()) continue;  // a size alone
    ENGINE_TRY(root, root_at(reads, state.size));
    if (root != state.root)
      return std::optional{
          fmt::format("the database is not what was acknowledged: another root at size {}",
                      state.size.value())};
  }
  return std::optional<std::string>{};
}

}  // namespace stafett::log
