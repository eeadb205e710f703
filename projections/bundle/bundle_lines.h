#pragma once
// The lines of a bundle's files: as values, and as JSON.
//
// Source:  docs/formats/bundle.md
// Threads: pure functions.
// Errors of all readers: malformed, with what is wrong; what they give is well-formed and proves
//          nothing yet.

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/format/part.h"
#include "engine/log/sealed_index.h"
#include "engine/log/stream_heads.h"
#include "engine/transparency/proof.h"

namespace stafett::bti {

// shared.jsonl, cases.jsonl. Every sealed part of the entry is in one of the three, but for a
// document, which is a file of its own.
struct EntryLine {
  Position position;
  Bytes entry;
  // To the checkpoint's root. Nothing: a line of ranges.jsonl proves it with its neighbours.
  std::optional<transparency::Path> path;
  std::vector<format::OpenPart> parts;
  std::vector<format::PartClass> erased;
  std::vector<format::PartClass> withheld;  // there, and not given
};
boost::json::object to_json(const EntryLine& line);
Result<EntryLine> parse_entry_line(std::string_view text);

// ranges.jsonl: entries that stand side by side in the log, wherever they are in the bundle.
struct RangeLine {
  Position first;
  std::uint64_t count = 0;         // at least 2
  transparency::RangeProof proof;  // to the checkpoint's root
};
boost::json::object to_json(const RangeLine& line);
Result<RangeLine> parse_range_line(std::string_view text);

// documents.jsonl.
struct DocumentLine {
  Position position;  // of the entry
  std::uint64_t bytes = 0;
  Hash sha256;
};
boost::json::object to_json(const DocumentLine& line);
Result<DocumentLine> parse_document_line(std::string_view text);

// streams.jsonl.
struct StreamLine {
  StreamId stream;
  log::StreamRecord record;  // no domain
  std::uint64_t next_version = 0;
  Hash head;
  std::uint64_t index = 0;
  transparency::Path path;  // to the root of StreamHeads
};
boost::json::object to_json(const StreamLine& line);
Result<StreamLine> parse_stream_line(std::string_view text);

// names.jsonl.
struct NameLine {
  log::LabelSpace space = log::LabelSpace::person;
  log::LabelId id{};
  std::string label;
};
boost::json::object to_json(const NameLine& line);
Result<NameLine> parse_name_line(std::string_view text);

// consistency.jsonl: from an older checkpoint of the log to the bundle's.
struct ConsistencyLine {
  std::string note;
  transparency::Path path;
};
boost::json::object to_json(const ConsistencyLine& line);
Result<ConsistencyLine> parse_consistency_line(std::string_view text);

// An entry of a stream whose events are not in the bundle.
struct ShownEntry {
  Position position;
  Bytes entry;
  transparency::Path path;  // to the checkpoint's root
};

// population.jsonl: a case of the log, or of the grant; or a stream that is nobody's, as its case
// was erased.
struct PopulationLine {
  SubjectId case_id;                    // zero: an erased stream
  bool among = false;                   // of those that the sample was drawn from
  std::vector<log::StreamEnd> streams;  // where each of its streams ends
  // Why it is not among them: the first entry of each stream; of an erased one the last.
  std::vector<ShownEntry> shown;
};
boost::json::object to_json(const PopulationLine& line);
Result<PopulationLine> parse_population_line(std::string_view text);

}  // namespace stafett::bti
