#pragma once
// A bundle as one file: tar, compressed with zstd; and back into a folder of its own.
//
// Source:  docs/formats/bundle.md (as one file); libarchive
// Threads: one.
// Limits:  only the files that it may have, each once, at most kUnpackedFilesMax of at most
//          kUnpackedBytesMax together, and half of what is free where they are unpacked.

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::tools {

inline constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{64} << 30;
inline constexpr std::size_t kUnpackedFilesMax = 1'000'100;  // documents, and what is always there

struct FileNames {
  std::span<const std::string_view> always;
  // Others that there may be; null: none.
  bool (*is_another)(std::string_view name) = nullptr;
};
// Those of an audit bundle, the manifest first.
FileNames bundle_names();

// All of `names`, as far as they are there, into a descriptor: a file or a pipe. Errors: io.
Result<void> pack_bundle(const std::string& directory, int descriptor,
                         const FileNames& names = bundle_names());
// A new file of mode 0600. Errors: io.
Result<void> pack_bundle_into(const std::string& directory, const std::string& out);

// Into an empty folder that only its owner enters.
// Errors: malformed (no such archive, or something else is in it), too_large (more than a bundle is
// taken to have), io (also: not enough room).
Result<void> unpack_bundle(const std::string& packed, const std::string& directory,
                           const FileNames& names = bundle_names());

}  // namespace stafett::tools
