#pragma once
// EntryCheck: one entry of a bundle, with what was opened of it: that it is in the log, whose it
// is, that it is the next of its stream, and that what was opened is what its actor committed to.
//
// Threads:  one.
// Lifetime: everything referred to outlives it.
// Limits:   the ids of one case's events at a time, before that of what all cases share; 40 bytes
//           of each entry that a range proves, of kRangedEntriesMax at most; 64 of each
//           document, of kBundleDocumentsMax.

#include <unordered_set>

#include "engine/log/opener.h"
#include "engine/log/verify/order_check.h"
#include "projections/bundle/bundle_files.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/opened_names.h"
#include "projections/catalogue/part_check.h"

namespace stafett::bti {

// What a bundle says of its log, as far as it has been read and holds.
struct BundleRecord {
  log::PublicRecord log;  // of shared.jsonl; the newest checkpoint is the bundle's
  std::optional<format::StreamHeads> heads;  // in force: over entries [0, heads->size)
  std::unordered_map<StreamId, StreamLine, IdHash> streams;  // proven to end where they say
  std::vector<transparency::TreeHead> consistent;            // checkpoints proven to be of this log
  GivenNames names;
};

struct CheckedLine {
  log::OpenedEntry opened;
  const EventInfo* info = nullptr;  // null: an engine event, or the fact part was erased
};

struct EntryCounts {
  std::uint64_t entries = 0;
  std::uint64_t parts = 0;  // opened, and as committed to
  std::uint64_t erased = 0;
};

// An entry that says to be proven by a range.
struct RangedEntry {
  Position position;
  Hash leaf;
};

// A document that an entry promises and that is said to be there.
struct PromisedDocument {
  Position position;
  std::uint32_t length = 0;
  std::optional<Hash> digest;  // nothing: its event names none, or that is erased
};

// What is remembered of the events of the same case before one.
struct EarlierEvent {
  EventType type;
  std::uint8_t lane = 0;
};
using EarlierOf = std::function<std::optional<EarlierEvent>(const EventId&)>;

class EntryCheck final {
 public:
  EntryCheck(const BundleRecord& record, log::Findings& findings)
      : record_(record), findings_(findings), order_({record.log, findings}) {}

  // Nothing: the entry's envelope is not right, or what was opened cannot be used.
  std::optional<CheckedLine> check(const EntryLine& line, const EarlierOf& earlier);
  // What comes next is of another case, whose entries may lie before the last one.
  void begin_case();
  const log::OrderCheck& order() const { return order_; }
  const EntryCounts& counts() const { return counts_; }
  // Those that nothing has proven yet, in the order in which they were checked. Once.
  std::vector<RangedEntry> take_ranged() { return std::move(ranged_); }
  // The same.
  std::vector<PromisedDocument> take_documents() { return std::move(documents_); }

 private:
  bool check_inclusion(const EntryLine& line, const Hash& leaf);
  bool check_envelope(const EntryLine& line, log::CheckedEntry& checked, log::OpenedEntry& opened);
  void check_signature(const format::Entry& entry, log::CheckedEntry& checked) const;
  bool check_openings(const EntryLine& line, const log::OpenedEntry& opened);
  bool check_gone(const EntryLine& line, format::PartClass part_class);
  bool check_document(const EntryLine& line, const format::PartCommitment& promised);
  void name_document(const Event& event, Position position);
  bool check_part(const EntryLine& line, const format::Intent& intent,
                  const format::PartCommitment& promised);
  void check_observed(const format::Intent& intent, Position position) const;
  const EventInfo* check_content(const EntryLine& line, const log::OpenedEntry& opened,
                                 const EarlierOf& earlier);
  void check_names(const EntryLine& line, const CheckedParts& parts) const;
  void part_fault(const EntryLine& line, format::PartClass part_class, const char* code,
                  const std::string& why) const;

  const BundleRecord& record_;
  log::Findings& findings_;
  log::OrderCheck order_;
  EntryCounts counts_;
  std::vector<RangedEntry> ranged_;
  std::vector<PromisedDocument> documents_;
  std::unordered_set<EventId, IdHash> ids_;  // of the case at hand, or of what all cases share
};

}  // namespace stafett::bti
