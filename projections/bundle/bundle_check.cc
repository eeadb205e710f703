#include "projections/bundle/bundle_check.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/case_check.h"
#include "projections/bundle/document_check.h"
#include "projections/bundle/population_check.h"
#include "projections/bundle/range_check.h"
#include "projections/bundle/shared_check.h"

namespace stafett::bti {
namespace {

using log::LogKeys;
using transparency::VerifierKey;

// Empty, and a finding, when it cannot be read.
std::string read_small(BundleContext& context, std::string_view name) {
  const Result<Bytes> bytes = context.files.read(context.path_of(name), kSmallFileBytesMax);
  if (bytes) return std::string{as_text(*bytes)};
  context.file_fault(name, bundle_code::kFile, bytes.error().detail());
  return {};
}

// Whose keys the log says it had, before anything is known of the bundle: the genesis's, and each
// that the one before it handed over to. What is not signed so is left out.
std::optional<LogKeys> peek_log_keys(const BundleContext& context) {
  const auto lines = LineReader::open(context.files, context.path_of(bundle_file::kShared));
  if (!lines) return std::nullopt;
  log::Keyring keyring;
  std::optional<Position> last;
  for (;;) {
    const auto text = (*lines)->next();
    if (!text || !*text) break;
    const auto line = parse_entry_line(**text);
    const auto entry = line ? format::decode_entry(line->entry) : line.error();
    const auto event = entry ? format::decode_engine_event(entry->public_part) : entry.error();
    if (!event) continue;
    if (const auto* genesis = std::get_if<format::Genesis>(&*event);
        genesis && (line->position != Position{0} || !transparency::is_origin(genesis->origin)))
      continue;
    const bool is_of_keys = std::holds_alternative<format::Genesis>(*event) ||
                            std::holds_alternative<format::LogKeyRotated>(*event);
    if (last && line->position <= *last) break;  // not in order: told where it is checked
    last = line->position;
    if (is_of_keys) (void)keyring.apply(*event, line->position);
  }
  if (!keyring.genesis()) return std::nullopt;
  return keyring.log_keys();
}

// Whoever gives a key believes no other but those that it was handed over to, or that handed over
// to it. Else the bundle must agree with itself about it: either of its two places may be the one
// that was altered.
std::vector<LogKeys> keys_to_try(const BundleContext& context, std::string_view in_file) {
  const std::optional<LogKeys> told = peek_log_keys(context);
  const auto is_told = [&](const VerifierKey& key) {
    return told && told->newest().name == key.name && told->contains(key.key);
  };
  if (const auto& given = context.options.key) return {is_told(*given) ? *told : LogKeys{*given}};
  std::vector<LogKeys> keys;
  if (in_file.ends_with('\n')) {
    auto key = VerifierKey::parse(in_file.substr(0, in_file.size() - 1));
    if (key && key->type == transparency::KeyType::ed25519 && !is_told(*key))
      keys.emplace_back(std::move(*key));
  }
  if (told) keys.push_back(*told);
  return keys;
}

std::optional<LogKeys> check_manifest(BundleContext& context) {
  const std::string note = read_small(context, bundle_file::kManifest);
  const std::string in_file = read_small(context, bundle_file::kLogKey);
  const std::vector<LogKeys> keys = keys_to_try(context, in_file);
  Error why{Errc::bad_signature, "no key to check it with"};
  for (const LogKeys& key : keys) {
    Result<Manifest> manifest = open_manifest(note, key.newest());
    if (!manifest) {
      why = manifest.error();
      continue;
    }
    context.manifest = std::move(*manifest);
    if (in_file != key.newest().to_string() + "\n")
      context.file_fault(bundle_file::kLogKey, bundle_code::kManifest, "not the log's key");
    return key;
  }
  context.file_fault(bundle_file::kManifest, bundle_code::kManifest,
                     "not the log's: " + why.to_string());
  return keys.empty() ? std::nullopt : std::optional{keys.back()};
}

bool are_plain_files(BundleContext& context) {
  bool plain = true;
  const auto look = [&](std::string_view name) {
    if (is_plain_file(context.path_of(name))) return;
    context.file_fault(name, bundle_code::kFile, "no plain file");
    plain = false;
  };
  look(bundle_file::kManifest);
  for (const std::string_view name : bundle_file::kAll) look(name);
  return plain;
}

Result<void> check_files(BundleContext& context) {
  ENGINE_TRY(names, context.files.list(context.directory));
  for (const std::string& name : names)
    if (name != bundle_file::kManifest && !is_document_name(name) &&
        std::ranges::find(bundle_file::kAll, name) == bundle_file::kAll.end())
      context.file_fault(name, bundle_code::kFile, "no file of a bundle");
  if (!context.manifest) return {};
  for (const FileDigest& listed : context.manifest->files) {
    const Result<FileDigest> found =
        digest_of(context.files, context.directory, listed.name, listed.bytes);
    if (!found || *found != listed)
      context.file_fault(listed.name, bundle_code::kFile,
                         found ? "not the bytes that the manifest lists" : found.error().detail());
  }
  return {};
}

void check_checkpoint(BundleContext& context, const std::optional<LogKeys>& key) {
  const std::string note = read_small(context, bundle_file::kCheckpoint);
  const auto opened = key ? log::open_log_checkpoint(note, *key)
                          : Error{Errc::bad_signature, "no key to check it with"};
  if (!opened)
    return context.file_fault(bundle_file::kCheckpoint, log::code::kCheckpointSignature,
                              opened.error().to_string());
  context.record.log.newest_checkpoint = opened->head();
  context.checkpoint = note;
}

void check_scope(BundleContext& context) {
  context.scope_text = read_small(context, bundle_file::kScope);
  Result<BundleScope> scope = parse_scope(context.scope_text);
  if (!scope)
    return context.file_fault(bundle_file::kScope, bundle_code::kScope, scope.error().detail());
  context.scope = std::move(*scope);
}

// What the record says of key, ends and profile against what the other files say.
void check_record(BundleContext& context, const std::optional<LogKeys>& key) {
  const auto& record = context.record.log;
  const auto fault = [&](std::string_view name, const char* code, const char* why) {
    context.file_fault(name, code, why);
  };
  if (!record.genesis)
    return fault(bundle_file::kShared, log::code::kEntryHash, "does not begin with the genesis");
  if (!key || !record.keyring.genesis() || *key != record.keyring.log_keys())
    fault(bundle_file::kShared, bundle_code::kManifest,
          "the genesis names another log or log key than signed the bundle");
  if (!context.record.heads)
    fault(bundle_file::kShared, log::code::kStreamLink, "nothing says where the streams end");
  else if (context.manifest && context.record.heads->size != context.manifest->size)
    fault(bundle_file::kManifest, log::code::kStreamLink, "the streams' ends are of another size");
  if (context.scope && context.scope->origin != record.genesis->origin)
    fault(bundle_file::kScope, bundle_code::kScope, "of another log");
  context.profile = read_small(context, bundle_file::kProfile);
  if (crypto::sha256(as_bytes(context.profile)) != record.genesis->profile_digest) {
    fault(bundle_file::kProfile, bundle_code::kProfile, "not the one that the genesis names");
    context.profile.clear();
  }
}

void read_names(BundleContext& context) {
  std::size_t count = 0;
  for_each_line(context, bundle_file::kNames, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_name_line(text));
    if (++count > kBundleNamesMax) return Error{Errc::too_large, "more names than a bundle has"};
    context.record.names.add(line);
    return {};
  });
}

void check_consistency(BundleContext& context, const std::optional<LogKeys>& key) {
  const auto& head = context.record.log.newest_checkpoint;
  if (!head || !key) return;
  std::vector<transparency::TreeHead>& consistent = context.record.consistent;
  consistent = {*head};
  for_each_line(context, bundle_file::kConsistency, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_consistency_line(text));
    const auto older = log::open_log_checkpoint(line.note, *key);
    const bool holds = older && transparency::verify_consistency(older->head(), *head, line.path);
    if (holds)
      consistent.push_back(older->head());
    else
      context.file_fault(bundle_file::kConsistency, log::code::kCheckpointFork,
                         "an older checkpoint is not proven to be of this log's past");
    return {};
  });
  for (const std::string& note : context.options.held) {
    const auto held = log::open_log_checkpoint(note, *key);
    if (!held)
      context.findings.add(std::nullopt, "checkpoint held", log::code::kCheckpointSignature,
                           held.error().to_string());
    else if (std::ranges::find(consistent, held->head()) == consistent.end())
      context.findings.add(std::nullopt, log::checkpoint_place(held->head().size),
                           log::code::kCheckpointFork,
                           "the bundle does not prove that its log is the one of this checkpoint");
  }
}

log::VerifyReport verified_of(BundleContext& context, const EntryCheck& entries) {
  const log::PublicRecord& record = context.record.log;
  log::VerifyReport verified;
  if (record.genesis) verified.origin = record.genesis->origin;
  if (record.newest_checkpoint) {
    verified.size = record.newest_checkpoint->size;
    verified.root = record.newest_checkpoint->root;
  }
  verified.level = 5;
  verified.entries = entries.counts().entries;
  verified.parts = entries.counts().parts;
  verified.erased = entries.counts().erased;
  verified.signatures = entries.order().signatures();
  verified.suspect = entries.order().suspect();
  verified.erasures = record.erasures.counting();
  verified.reattested = entries.order().reattested();
  verified.error_count = context.findings.count();
  verified.errors = context.findings.take_sorted();
  verified.ok = verified.error_count == 0;
  return verified;
}

}  // namespace

void for_each_line(BundleContext& context, std::string_view name,
                   const std::function<Result<void>(std::string_view line)>& use) {
  const auto lines = LineReader::open(context.files, context.path_of(name));
  if (!lines) return context.file_fault(name, bundle_code::kFile, lines.error().detail());
  for (;;) {
    const auto line = (*lines)->next();
    if (!line) return context.file_fault(name, bundle_code::kFile, line.error().detail());
    if (!*line) return;
    if (const Result<void> used = use(**line); !used)
      context.file_fault(name, bundle_code::kFile,
                         "line " + std::to_string((*lines)->line()) + ": " + used.error().detail());
  }
}

BundleCheck::BundleCheck(storage::Files& files, const std::string& directory,
                         const BundleCheckOptions& options)
    : context_(std::make_unique<BundleContext>(files, directory, options)) {}
BundleCheck::~BundleCheck() = default;

const LabelResolver& BundleCheck::names() const {
  return context_->record.names;
}

Result<BundleReport> BundleCheck::run(BundleVisitor* visitor) {
  BundleContext& context = *context_;
  context.visitor = visitor;
  EntryCheck entries{context.record, context.findings};
  std::optional<LogKeys> key;
  if (are_plain_files(context)) {
    key = check_manifest(context);
    ENGINE_TRY_VOID(check_files(context));
    check_checkpoint(context, key);
    check_scope(context);
    read_shared_record(context);
    auto& record = context.record.log;
    record.erasures.seal(record.newest_checkpoint ? record.newest_checkpoint->size : TreeSize{0});
    check_record(context, key);
    read_names(context);
    read_streams(context);
    check_consistency(context, key);
    check_shared(context, entries);
    check_cases(context, entries);
    check_ranges(context, entries.take_ranged());
    ENGINE_TRY_VOID(check_documents(context, entries.take_documents()));
    check_sample(context);
  }
  BundleReport report;
  report.verified = verified_of(context, entries);
  report.scope = context.scope;
  report.population = context.population;
  report.documents = context.documents;
  if (context.scope) report.auditor = context.record.names.person(context.scope->auditor);
  report.streams = context.record.streams.size();
  if (context.record.heads) {
    report.size = context.record.heads->size;
    report.streams_of_log = context.record.heads->count;
  }
  if (key) report.log_key = key->newest().to_string();
  report.genesis = context.genesis;
  report.checkpoint = context.checkpoint;
  return report;
}

}  // namespace stafett::bti
