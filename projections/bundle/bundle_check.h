#pragma once
// Is a bundle what it says it is? Reads it alone: no log, no key that is not in it, no network.
// Names every place that is not as it must be, and never stops at the first.
//
// Source:  docs/formats/bundle.md; codes beside those of the verifier: bundle_code
// Threads: one.
// Limits:  memory: one case's events at a time, one line, people and keys of the directory, 40
//          bytes per event of the shared streams, 110 for a while per entry that a range proves,
//          80 per document and per case of the population, and about 300 per stream; errors_max
//          errors are kept, all are counted.

#include <functional>

#include "engine/format/engine_event.h"
#include "engine/log/verify/verifier.h"
#include "engine/storage/files.h"
#include "engine/transparency/note.h"
#include "projections/bundle/bundle_lines.h"
#include "projections/bundle/scope.h"
#include "projections/state/case_json.h"
#include "projections/state/directory.h"

namespace stafett::bti {

namespace bundle_code {
inline constexpr char kFile[] = "file";          // not the bytes that the manifest lists
inline constexpr char kManifest[] = "manifest";  // not signed by the log, or not of its form
inline constexpr char kProfile[] = "profile";    // not the profile that the genesis names
inline constexpr char kScope[] = "scope";        // not what the log was told of the export
inline constexpr char kSample[] = "sample";      // not what the seed draws
inline constexpr char kNames[] = "names";        // not what the log calls them
}  // namespace bundle_code

struct BundleCheckOptions {
  std::optional<transparency::VerifierKey> key;  // as given by hand; else the bundle's own is told
  std::vector<std::string> held;  // checkpoints kept from earlier: must be consistent
  std::size_t errors_max = 1000;
};

// Is given what has been checked but for ranges, in the order of the files; whether all of the
// bundle holds is known only at its end.
class BundleVisitor {
 public:
  virtual ~BundleVisitor() = default;
  // Of the directory and audit streams, before all cases.
  virtual void founded(const format::Genesis& genesis, std::string_view profile) = 0;
  virtual void shared(const EventPtr& event) = 0;
  virtual void one_case(const SubjectId& case_id, std::vector<EventPtr> events) = 0;
};

struct BundleReport {
  log::VerifyReport verified;
  std::optional<BundleScope> scope;  // nothing: it cannot be read
  TreeSize size;                     // of which the cases are told
  std::uint64_t streams = 0;         // in the bundle
  std::uint64_t streams_of_log = 0;  // all that there are
  std::uint64_t documents = 0;       // as their entries promise
  std::string log_key;               // whose signatures were taken, to be compared by hand
  std::string genesis;               // leaf hash of the first entry, base64
  std::string checkpoint;            // a note; empty: none that the log signed
  std::string auditor;               // as names.jsonl calls whom it is for
  // What a sample was drawn from.
  struct Population {
    std::uint64_t cases = 0;           // told of
    std::uint64_t among = 0;           // of these, drawn from
    std::uint64_t erased_streams = 0;  // shown to be erased by an approved order
    std::uint64_t left_out = 0;        // cases of the grant that are said to be erased
  } population;
};

class GivenNames;
struct BundleContext;

class BundleCheck final {
 public:
  // `directory`: the bundle. `files` outlives it.
  BundleCheck(storage::Files& files, const std::string& directory,
              const BundleCheckOptions& options);
  ~BundleCheck();
  BundleCheck(const BundleCheck&) = delete;
  BundleCheck& operator=(const BundleCheck&) = delete;

  // Once. `visitor` may be null. Errors: not_found, io (the folder cannot be read). What is wrong
  // with the bundle is in the report.
  Result<BundleReport> run(BundleVisitor* visitor);
  // What it calls people and cases; known when the visitor is told of anything.
  const LabelResolver& names() const;

 private:
  const std::unique_ptr<BundleContext> context_;
};

}  // namespace stafett::bti
