#pragma once
// The bytes of the key table: a header, then one record of fixed size for each erasure domain.
//
// Source:  docs/formats/key-table.md
// Threads: pure functions; a KeyTableScan is used by one thread.

#include <functional>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/crypto/aead.h"
#include "engine/log/keeping/domain_index.h"

namespace stafett::log {

inline constexpr std::uint32_t kKeyTableVersion = 1;
inline constexpr std::size_t kKeyTableHeaderBytes = 96;
inline constexpr std::size_t kWrappedKeyBytes = crypto::kKeyBytes + crypto::kSealedOverheadBytes;
inline constexpr std::size_t kKeyRecordBytes = 16 + 1 + 4 + 4 + kWrappedKeyBytes + 8;

struct KeyTableHeader {
  Hash origin;
  Hash root_key_id;
};
Bytes encode_key_table_header(const KeyTableHeader& header);
// Errors: corrupt, unsupported.
Result<KeyTableHeader> decode_key_table_header(ByteView bytes);

struct KeyRecord {
  DomainId id;
  DomainKind kind;
  std::uint32_t place;  // 0-based within the append that wrote it
  std::uint32_t count;  // records of that append
  std::array<std::uint8_t, kWrappedKeyBytes> wrapped;
};
void append_key_record(Bytes& to, const KeyRecord& record);
// Empty when the checksum does not fit or the content cannot be. REQUIRES: kKeyRecordBytes bytes.
std::optional<KeyRecord> decode_key_record(ByteView slot);

// Walks the records in file order and tells a torn last append from damage. What a power cut leaves
// of the last append (which was never acknowledged) are any of its records; so a bad record is torn
// only if no later record belongs to another append, and what is whole beside it is kept. (Damage
// to whole appends of unknown length at the very end cannot be told from a torn one.)
class KeyTableScan final {
 public:
  // One slot after the other. Errors: corrupt, naming the record.
  Result<std::optional<KeyRecord>> next(ByteView slot);
  // The bytes after the last whole slot. Errors: as next().
  Result<void> end(std::size_t rest_bytes);
  bool torn() const { return torn_; }

 private:
  std::size_t slot_ = 0;
  std::size_t append_start_ = 0;  // of the append that slot_ belongs to
  std::size_t append_count_ = 0;  // 0: not known yet
  std::optional<std::size_t> bad_;
  bool torn_ = false;
};

}  // namespace stafett::log
