#pragma once
// A bundle as one file: tar, compressed with zstd; and back into a folder of its own.
//
// Source:  docs/formats/bundle.md (as one file); libarchive
// Threads: one.
// Limits:  only the files that it may have, each once, at most kUnpackedBytesMax together.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::tools {

inline constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{64} << 30;

using FileNames = std::span<const std::string_view>;
// Those of an audit bundle, the manifest first.
FileNames bundle_names();

// All of `names`, which are there. `out`: written beside and renamed. Errors: io.
Result<void> pack_bundle(const std::string& directory, const std::string& out,
                         FileNames names = bundle_names());

// A folder that only its owner reads, and that goes with this object.
class UnpackedBundle final {
 public:
  // Errors: malformed (no such archive, or something else is in it), too_large, io.
  static Result<std::unique_ptr<UnpackedBundle>> of(const std::string& packed,
                                                    FileNames names = bundle_names());
  ~UnpackedBundle();
  UnpackedBundle(const UnpackedBundle&) = delete;
  UnpackedBundle& operator=(const UnpackedBundle&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit UnpackedBundle(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

}  // namespace stafett::tools
