#pragma once
// What is in a hand-over's package, and the note that binds its files.
//
// Source:  docs/formats/handover.md; c2sp.org/signed-note
// Threads: pure functions.
// Limits:  as of a bundle's files; kHandoverEntriesMax entries, kHandoverDocumentsMax documents.

#include <array>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/crypto/ed25519.h"
#include "engine/transparency/note.h"
#include "engine/transparency/tree.h"
#include "projections/bundle/bundle_files.h"

namespace stafett::bti {

namespace handover_file {
inline constexpr std::string_view kManifest = "manifest";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kDocuments = "documents.jsonl";
inline constexpr std::string_view kEvents = "events.jsonl";
inline constexpr std::string_view kKeys = "keys.jsonl";
inline constexpr std::string_view kScope = "handover.json";
inline constexpr std::string_view kLogKey = "log.vkey";
inline constexpr std::string_view kNames = "names.jsonl";
// Listed by the manifest, sorted. Beside them: the documents of kDocuments, and nothing else.
inline constexpr std::array kListed = {kCheckpoint, kDocuments, kEvents, kScope,
                                       kKeys,       kLogKey,    kNames};
inline constexpr std::array kListedV1 = {kCheckpoint, kEvents, kScope, kLogKey, kNames};
inline constexpr std::array kAll = {kManifest, kCheckpoint, kDocuments, kEvents,
                                    kScope,    kKeys,       kLogKey,    kNames};
}  // namespace handover_file

inline constexpr std::size_t kHandoverEntriesMax = 100'000;
inline constexpr std::size_t kHandoverDocumentsMax = 10'000;  // a stream has no more events

// handover.json.
struct HandoverScope {
  std::string origin;
  std::string case_id;  // UUID text, in the log of origin
  std::string subject;  // the label there
  bool is_child = true;
  std::string transfer, to_municipality;
  std::vector<std::string> consents;  // that name the municipality
  std::string made_at;                // RFC 3339
  std::uint64_t entries = 0;
  transparency::TreeHead head;  // of the checkpoint
};
std::string scope_text(const HandoverScope& scope);
// Errors: malformed.
Result<HandoverScope> parse_handover_scope(std::string_view text);

// documents.jsonl: what was attached to an event.
struct HandedDocument {
  EventId event;
  std::uint64_t bytes = 0;
  Hash sha256;
};
boost::json::object to_json(const HandedDocument& line);
// Errors: malformed.
Result<HandedDocument> parse_handed_document(std::string_view text);
// The name of its file, "document-" and the event's id; and whether a name is such a one.
std::string document_file(const EventId& event);
bool is_document_file(std::string_view name);

// REQUIRES: `files` are those of kListed, in that order.
std::string sign_handover(const std::string& origin, const std::vector<FileDigest>& files,
                          const crypto::SigningKey& log_key);
struct HandoverManifest {
  int version = 0;
  std::vector<FileDigest> files;
};
// Errors: malformed, unsupported, too_large, bad_signature.
Result<HandoverManifest> open_handover(std::string_view note,
                                       const transparency::VerifierKey& log_key);

}  // namespace stafett::bti
