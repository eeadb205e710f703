#pragma once
// What a log keeps about itself in the database's meta column, and what can be read of it without
// any key: streams, keyring, agreement with the guard. Shared by the writer, the verifier and the
// commands that run beside a writer.
//
//   "streams"   engine, directory and audit stream id, 16 bytes each
//   "index"     domain id of the index key
//   "profile"   canonical JSON of the first municipal profile; its digest is in the genesis

#include <string_view>

#include "engine/log/keeping/guard.h"
#include "engine/log/keyring.h"
#include "engine/log/log.h"

namespace stafett::log {

inline constexpr std::string_view kMetaStreams = "streams";
inline constexpr std::string_view kMetaIndex = "index";
inline constexpr std::string_view kMetaProfile = "profile";

Bytes encode(const StreamIds& streams);
Result<StreamIds> read_stream_ids(const storage::Reads& reads);
Result<DomainId> read_index_domain(const storage::Reads& reads);

// Folds the engine stream's events below the store's size. Errors: corrupt (naming the position).
Result<void> read_keyring(const storage::Reads& reads, const StreamId& engine, Keyring& keyring);

// In words, when the database is not what the guard remembers; names the missing positions.
Result<std::optional<std::string>> difference_from_guard(const storage::Reads& reads,
                                                         const transparency::TreeHead& head,
                                                         const Guard& guard);

}  // namespace stafett::log
