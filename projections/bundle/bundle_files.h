#pragma once
// The files of an audit bundle: what there is, written and read piece by piece.
//
// Source:  docs/formats/bundle.md
// Threads: one at a time for each object.
// Limits:  kLineBytesMax for a line, kSmallFileBytesMax for what is read whole; kBundleCasesMax
//          cases, kBundleNamesMax names, a sample from kPopulationMax cases, kRangedEntriesMax
//          entries that are proven by ranges.

#include <array>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/crypto/sha256.h"
#include "engine/storage/files.h"

namespace stafett::bti {

namespace bundle_file {
inline constexpr std::string_view kManifest = "manifest";
inline constexpr std::string_view kCases = "cases.jsonl";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kConsistency = "consistency.jsonl";
inline constexpr std::string_view kDocuments = "documents.jsonl";
inline constexpr std::string_view kLogKey = "log.vkey";
inline constexpr std::string_view kNames = "names.jsonl";
inline constexpr std::string_view kPopulation = "population.jsonl";
inline constexpr std::string_view kProfile = "profile.json";
inline constexpr std::string_view kRanges = "ranges.jsonl";
inline constexpr std::string_view kScope = "scope.json";
inline constexpr std::string_view kShared = "shared.jsonl";
inline constexpr std::string_view kStreams = "streams.jsonl";
// All of them are always there, and nothing else but documents. Sorted.
inline constexpr std::array kAll = {kCases,  kCheckpoint, kConsistency, kDocuments,
                                    kLogKey, kNames,      kPopulation,  kProfile,
                                    kRanges, kScope,      kShared,      kStreams};
}  // namespace bundle_file

// The event that tells of them takes no more.
inline constexpr std::size_t kBundleCasesMax = 10'000;
// Of the lists that are kept in memory whole.
inline constexpr std::size_t kBundleNamesMax = 1'000'000;
inline constexpr std::size_t kPopulationMax = 10'000'000;
inline constexpr std::size_t kRangedEntriesMax = 10'000'000;
inline constexpr std::size_t kBundleDocumentsMax = 1'000'000;
inline constexpr std::uint64_t kBundleDocumentBytesMax = std::uint64_t{32} << 30;
inline constexpr std::size_t kLineBytesMax = std::size_t{2} << 20;
inline constexpr std::size_t kSmallFileBytesMax = std::size_t{1} << 20;

// A document is a file of its own, called by the position of its entry.
std::string document_name(Position position);
bool is_document_name(std::string_view name);

// Also true of what is not there. What is no file of its own is not opened: a pipe would never end,
// nor a device.
bool is_plain_file(const std::string& path);

struct FileDigest {
  std::string name;
  std::uint64_t bytes = 0;
  Hash sha256;
  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};
// A manifest's line of a file: digest in hex, length, name and a newline.
std::string digest_line(const FileDigest& file);
// Without its newline. Errors: malformed.
Result<FileDigest> parse_digest_line(std::string_view line);
// Errors: not_found, io, too_large (more than `bytes_max`; no more than that is read).
Result<FileDigest> digest_of(storage::Files& files, const std::string& directory,
                             std::string_view name, std::uint64_t bytes_max = UINT64_MAX);

class BundleFile final {
 public:
  // Mode 0600. Errors of all: io (also: something is there already).
  static Result<std::unique_ptr<BundleFile>> create(storage::Files& files,
                                                    const std::string& directory,
                                                    std::string_view name);
  Result<void> add(std::string_view text);
  Result<void> add_line(const boost::json::value& line);
  Result<FileDigest> finish();  // synced

 private:
  BundleFile(std::unique_ptr<storage::AppendFile> file, std::string_view name)
      : file_(std::move(file)) {
    digest_.name = name;
  }
  Result<void> write_out();

  const std::unique_ptr<storage::AppendFile> file_;
  crypto::Sha256 hash_;
  FileDigest digest_;
  std::string buffer_;
};

class LineReader final {
 public:
  // Errors: not_found, io.
  static Result<std::unique_ptr<LineReader>> open(storage::Files& files, const std::string& path);
  // Without its newline, valid until the next call; nothing: the end. Errors: io, too_large,
  // malformed (the last line is cut off).
  Result<std::optional<std::string_view>> next();
  std::uint64_t line() const { return line_; }  // of the last one; the first is 1

 private:
  explicit LineReader(std::unique_ptr<storage::ReadFile> file) : file_(std::move(file)) {}

  const std::unique_ptr<storage::ReadFile> file_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 0;
};

}  // namespace stafett::bti
