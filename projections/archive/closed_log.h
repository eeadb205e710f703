#pragma once
// ClosedLog: what the archive gets of one closed log: the events of compartment `open` that the
// archivist may see, the documents that lie behind them, and where in the log all of that ends.
//
// Whose log it is, is told too: without it no archive could file it. Nothing else that was recorded
// in another compartment is.
//
// Source:   docs/formats/archive.md
// Threads:  one; nothing else may be submitted meanwhile.
// Limits:   one case in memory; documents are read piece by piece.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/format/part.h"
#include "engine/log/attachments.h"
#include "engine/transparency/tree.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

// A document of an AttachmentAdded, as corrections have left it, that none has voided.
struct ClosedDocument {
  EventId event;
  std::string id;  // that of the event, UUID text
  std::string title, media_type, digest, added_by;
  std::string added_at;  // RFC 3339
  DomainId domain;
  std::optional<format::PartCommitment> kept;  // none: only its digest was recorded
};

// An act that began or ended the log, as corrected.
struct ClosedAct {
  std::string at;  // RFC 3339; empty: there is none
  std::string by;  // a person's label
};

struct ClosedLog {
  SubjectId id;
  std::string label;
  std::string origin;
  transparency::TreeHead head;  // under the checkpoint that was signed after the read
  std::string checkpoint;       // a note
  std::string subject;          // a person's label
  bool is_child = true;         // else pregnant
  boost::json::object state;    // docs/reference/json.md, folded over `events`
  boost::json::array events;    // as history() has them, in position order
  std::vector<ClosedDocument> documents;
  ClosedAct opened, closed;
  std::map<std::string, std::string> names;     // of a label, where the directory has a name
  std::map<std::string, std::string> services;  // kind by id

  std::string uuid() const;
  // The same for ever, also when it is sent again.
  std::string external_key() const { return origin + "/" + uuid(); }
  std::string name_of(const std::string& person) const;
};

// Records the archivist's read (purpose `archive`), which the gate judges, then takes the log.
// Errors: not_found, refused (the log is not closed; the person is no archivist, or is more than
// that in this case: then more would be seen than the archive may have), read_only, corrupt, io.
Result<ClosedLog> take_closed_log(BtiLog& log, const SubjectId& case_id,
                                  const std::string& archivist);

// REQUIRES: document.kept. Errors: not_found (erased), corrupt, io.
Result<void> read_document(BtiLog& log, const ClosedDocument& document,
                           const log::WriteSome& write);

}  // namespace stafett::bti
