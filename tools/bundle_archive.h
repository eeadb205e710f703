#pragma once
// A bundle as one file: tar, compressed with zstd; and back into a folder of its own.
//
// Source:  docs/formats/bundle.md (as one file); libarchive
// Threads: one.
// Limits:  only the files that it may have, each once, at most kUnpackedBytesMax together, and half
//          of what is free where they are unpacked.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace stafett::tools {

inline constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{64} << 30;

using FileNames = std::span<const std::string_view>;
// Those of an audit bundle, the manifest first.
FileNames bundle_names();

// All of `names`, which are there, into a descriptor: a file or a pipe. Errors: io.
Result<void> pack_bundle(const std::string& directory, int descriptor,
                         FileNames names = bundle_names());
// A new file of mode 0600. Errors: io.
Result<void> pack_bundle_into(const std::string& directory, const std::string& out);

// Files that may be there beside those of given names, as many at most.
struct MoreFiles {
  std::function<bool(std::string_view name)> may_be;
  std::size_t count_max = 0;
};

// Into an empty folder that only its owner enters.
// Errors: malformed (no such archive, or something else is in it), too_large (more than a bundle is
// taken to have), io (also: not enough room).
Result<void> unpack_bundle(const std::string& packed, const std::string& directory,
                           FileNames names = bundle_names(), const MoreFiles& more = {});

}  // namespace stafett::tools
