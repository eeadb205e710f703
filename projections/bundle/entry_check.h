#pragma once
// EntryCheck: one entry of a bundle, with what was opened of it: that it is in the log, whose it
// is, that it is the next of its stream, and that what was opened is what its actor committed to.
//
// Threads:  one.
// Lifetime: everything referred to outlives it.

#include "engine/log/opener.h"
#include "engine/log/verify/order_check.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/opened_names.h"
#include "projections/catalogue/part_check.h"

namespace stafett::bti {

// What a bundle says of its log, as far as it has been read and holds.
struct BundleRecord {
  log::PublicRecord log;  // of shared.jsonl; the newest checkpoint is the bundle's
  std::optional<format::StreamHeads> heads;  // in force: over entries [0, heads->size)
  std::unordered_map<StreamId, StreamLine, IdHash> streams;  // proven to end where they say
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

class EntryCheck final {
 public:
  EntryCheck(const BundleRecord& record, log::Findings& findings)
      : record_(record), findings_(findings), order_({record.log, findings}) {}

  // `type_of`: of the events of the same case before it. Nothing: the entry's envelope is not
  // right, or what was opened cannot be used.
  std::optional<CheckedLine> check(const EntryLine& line, const TypeOf& type_of);
  log::OrderCheck& order() { return order_; }
  const EntryCounts& counts() const { return counts_; }

 private:
  bool check_envelope(const EntryLine& line, log::CheckedEntry& checked, log::OpenedEntry& opened);
  void check_signature(const format::Entry& entry, log::CheckedEntry& checked) const;
  bool check_openings(const EntryLine& line, const log::OpenedEntry& opened);
  bool check_part(const EntryLine& line, const format::Intent& intent,
                  const format::PartCommitment& promised);
  const EventInfo* check_content(const EntryLine& line, const log::OpenedEntry& opened,
                                 const TypeOf& type_of);
  void part_fault(const EntryLine& line, format::PartClass part_class, const char* code,
                  const std::string& why) const;

  const BundleRecord& record_;
  log::Findings& findings_;
  log::OrderCheck order_;
  EntryCounts counts_;
};

}  // namespace stafett::bti
