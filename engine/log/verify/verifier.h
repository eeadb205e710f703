#pragma once
// Verifier: is this log what it says it is? Reads the database alone, without any content key, and
// names every place that is not as it must be; it never stops at the first.
//
//   level 0  every entry parses, and positions have no gaps
//         1  the newest checkpoint's signature (log key from the genesis), agreement with the guard
//         2  entries -> tiles -> root; every stored checkpoint signed and of this tree; every index
//            and every checked row
//         3  keys by position, every actor's signature, stream chains, receipts
//         4  sealed parts and attachments are those the entries promise; what is missing was erased
//            by order
//         5  with keys: key table, sealed index rows, every part opens its commitment; events of a
//            signed group that are neither recorded nor refused; erasures by administrators only
//
// `since`: only entries from there on are checked, and costs follow what is new. Trusted then, as
// an earlier verification found it: the tiles below `since` (later checkpoints still pin them), the
// engine stream's and other streams' last entries below it, and index rows of older entries. Signed
// groups are not judged complete.
//
// Source:   docs/formats; the codes are in findings.h
// Threads:  verify() uses `threads` of its own; `progress` runs on any of them, one at a time.
// Limits:   memory: about 150 bytes per stream, 12 bytes per erased range and a fixed part; nothing
//           grows with the number of entries. With `all_heads` each costs a tree over all streams.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/log/keeping/guard.h"
#include "engine/log/sealed_index.h"
#include "engine/log/verify/erasure_cover.h"
#include "engine/storage/reads.h"
#include "engine/transparency/tree.h"

namespace stafett::log {

class KeyTable;

struct VerifyError {
  std::optional<Position> position;
  std::string place;  // entry, part, tile L/N, checkpoint SIZE, index NAME, table, guard
  std::string code;
  std::string detail;  // for people
};

struct VerifyOptions {
  unsigned level = 4;
  TreeSize since{0};
  unsigned threads = 0;           // 0: one per core
  bool all_heads = false;         // every StreamHeads, not only the newest 64
  std::size_t errors_max = 1000;  // kept; all are counted
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

// Level 5 only.
struct VerifyKeys {
  const SealedIndex& index;
  KeyTable& table;
};

struct VerifyInput {
  const storage::Reads& reads;  // one moment: a read-only Store, or a ReadView beside a writer
  Random& random;               // so that nobody can prepare index rows that cancel out
  // As opened for reading, before `reads` was; null: there is none to ask, as with a bundle.
  const Result<std::unique_ptr<Guard>>* guard = nullptr;
  const VerifyKeys* keys = nullptr;
  // Level 5: leaf hashes of the intents named by recorded refusals, in recorded order. Without it
  // incomplete signed groups are only counted.
  std::function<Result<std::vector<Hash>>()> refused_intents;
  // Level 5: without it, whoever ordered and approved an erasure is taken for an administrator.
  WithoutRole without_role{};
};

struct VerifyReport {
  bool ok = false;
  std::string origin;  // empty: the log's first entry does not say
  TreeSize size;
  Hash root;  // of the entries as they are; zero below level 2
  unsigned level = 0;
  std::uint64_t entries = 0;  // checked
  struct Signatures {
    std::uint64_t own = 0, custodial = 0, system = 0;
  } signatures;             // events whose signature and key hold, by custody
  std::uint64_t parts = 0;  // sealed parts whose bytes are as promised
  std::uint64_t erased = 0;
  std::uint64_t suspect = 0;     // by a key later said to be compromised then, not reattested
  std::uint64_t reattested = 0;  // such events that were
  std::uint64_t incomplete_groups = 0;  // signed groups of which some event is not recorded
  struct Final {
    TreeSize size;
    std::uint64_t time_s = 0;
  };
  struct Witnessed {
    std::uint64_t checkpoints = 0;        // cosigned, and of this log
    std::optional<Final> newest_final{};  // the largest that meets the policy in force; when it did
  } witnessed;                            // from level 2 on; see cosigned_check.h
  // Orders of erasure that count: whose they are. At most ErasureCover::kToldMax.
  std::vector<ErasureCover::Counting> erasures;
  std::uint64_t error_count = 0;
  std::vector<VerifyError> errors;  // by position; at most errors_max
};

// Errors: invalid_argument (level, since past the end, level 5 without keys). Everything that is
// wrong with the log is in the report.
Result<VerifyReport> verify(const VerifyInput& input, const VerifyOptions& options);

}  // namespace stafett::log
