#include "engine/log/backup/backup_manifest.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/crypto/sha256.h"

namespace stafett::log {
namespace {

constexpr std::string_view kManifestMagic = "STFBCKUP";
constexpr std::string_view kDrillMagic = "STFDRILL";
constexpr std::size_t kOriginBytesMax = 255;

// Takes fixed-width values from the front. Once it has come short it gives zeros and says so.
class Cursor final {
 public:
  explicit Cursor(ByteView bytes) : rest_(bytes) {}
  template <class Int>
  Int number() {
    const ByteView bytes = take(sizeof(Int));
    return bytes.empty() ? Int{0} : from_big_endian<Int>(bytes);
  }
  Hash hash() {
    const ByteView bytes = take(Hash::kBytes);
    return bytes.empty() ? Hash{} : *Hash::from(bytes);
  }
  // Empty when it comes short.
  ByteView take(std::size_t count) {
    if (short_ || count > rest_.size()) {
      short_ = true;
      return {};
    }
    const ByteView out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return out;
  }
  bool came_short() const { return short_; }
  bool at_end() const { return !short_ && rest_.empty(); }

 private:
  ByteView rest_;
  bool short_ = false;
};

void append_text(Bytes& to, std::string_view text) {
  append(to, big_endian(static_cast<std::uint16_t>(text.size())));
  append(to, as_bytes(text));
}

void append_state(Bytes& to, const TreeState& state) {
  append(to, big_endian(state.size.value()));
  append(to, state.root.view());
}

TreeState read_state(Cursor& from) {
  const TreeSize size{from.number<std::uint64_t>()};
  return {size, from.hash()};
}

CheckedEntries read_checked(Cursor& from) {
  const TreeSize since{from.number<std::uint64_t>()};
  const Position first{from.number<std::uint64_t>()};
  return {since, first, Position{from.number<std::uint64_t>()}};
}

bool is_possible(const CheckedEntries& checked, TreeSize size) {
  return checked.since <= size && checked.first <= checked.end &&
         checked.end.value() <= checked.since.value();
}

void append_checksum(Bytes& to) {
  append(to, crypto::sha256(to).view());
}

struct Body {
  std::uint32_t version;
  ByteView bytes;  // what the checksum covers, without magic and version
};

// Errors: corrupt, unsupported.
Result<Body> checked_body(ByteView bytes, std::string_view magic, std::uint32_t newest,
                          const std::string& what) {
  const std::size_t head = magic.size() + 4;
  if (bytes.size() < head + Hash::kBytes) return Error{Errc::corrupt, what + ": cut short"};
  const ByteView covered = bytes.first(bytes.size() - Hash::kBytes);
  if (!std::ranges::equal(bytes.last(Hash::kBytes), crypto::sha256(covered).view()) ||
      as_text(covered.first(magic.size())) != magic)
    return Error{Errc::corrupt, what + ": damaged"};
  const auto version = from_big_endian<std::uint32_t>(covered.subspan(magic.size()));
  if (version < 1 || version > newest)
    return Error{Errc::unsupported, what + ": a version this program does not know"};
  return Body{version, covered.subspan(head)};
}

// Of a file inside the place, and of nothing else.
bool is_inner_path(std::string_view path) {
  if (path.empty() || path.size() > kBackupPathBytesMax) return false;
  if (path.front() == '/' || path.back() == '/') return false;
  if (path == ".." || path.starts_with("../") || path.ends_with("/..")) return false;
  if (path.find("/../") != std::string_view::npos) return false;
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_sorted_and_inner(const std::vector<BackupFile>& files) {
  const std::string* before = nullptr;
  for (const BackupFile& file : files) {
    if (!is_inner_path(file.path) || (before != nullptr && *before >= file.path)) return false;
    before = &file.path;
  }
  return true;
}

std::vector<BackupFile> read_files(Cursor& from) {
  std::vector<BackupFile> files;
  const std::size_t count = from.number<std::uint32_t>();
  for (std::size_t i = 0; i < count && !from.came_short(); ++i) {
    BackupFile file;
    file.path = as_text(from.take(from.number<std::uint16_t>()));
    file.bytes = from.number<std::uint64_t>();
    file.sha256 = from.hash();
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

Bytes encode(const BackupManifest& manifest) {
  CHECK(manifest.origin.size() <= kOriginBytesMax);
  CHECK(manifest.checkpoint.size() <= kNoteBytesMax);
  CHECK(manifest.files.size() <= kBackupFilesMax && is_sorted_and_inner(manifest.files));
  Bytes out;
  append(out, as_bytes(kManifestMagic));
  append(out, big_endian(kManifestVersion));
  append(out, big_endian(manifest.generation));
  append(out, big_endian(static_cast<std::uint64_t>(manifest.made_at.value())));
  append_text(out, manifest.origin);
  append(out, manifest.genesis.view());
  append_state(out, manifest.state);
  out.push_back(manifest.verified_level);
  append(out, big_endian(manifest.checked.since.value()));
  append(out, big_endian(manifest.checked.first.value()));
  append(out, big_endian(manifest.checked.end.value()));
  append(out, big_endian(static_cast<std::uint32_t>(manifest.checkpoint.size())));
  append(out, manifest.checkpoint);
  out.push_back(manifest.guard ? 1 : 0);
  if (manifest.guard) append_state(out, *manifest.guard);
  out.push_back(manifest.table ? 1 : 0);
  if (manifest.table) {
    append(out, big_endian(manifest.table->bytes));
    append(out, big_endian(manifest.table->records));
    append(out, manifest.table->root_key_id.view());
    append(out, manifest.table->sha256.view());
  }
  append(out, big_endian(static_cast<std::uint32_t>(manifest.files.size())));
  for (const BackupFile& file : manifest.files) {
    append_text(out, file.path);
    append(out, big_endian(file.bytes));
    append(out, file.sha256.view());
  }
  append_checksum(out);
  return out;
}

Result<BackupManifest> decode_backup_manifest(ByteView bytes) {
  ENGINE_TRY(body, checked_body(bytes, kManifestMagic, kManifestVersion, "backup manifest"));
  Cursor from{body.bytes};
  BackupManifest manifest;
  manifest.generation = from.number<std::uint32_t>();
  manifest.made_at = TimeUs{static_cast<std::int64_t>(from.number<std::uint64_t>())};
  manifest.origin = as_text(from.take(from.number<std::uint16_t>()));
  manifest.genesis = from.hash();
  manifest.state = read_state(from);
  manifest.verified_level = from.number<std::uint8_t>();
  if (body.version > 1) manifest.checked = read_checked(from);
  const ByteView note = from.take(from.number<std::uint32_t>());
  manifest.checkpoint.assign(note.begin(), note.end());
  const auto has_guard = from.number<std::uint8_t>();
  if (has_guard == 1) manifest.guard = read_state(from);
  const auto has_table = from.number<std::uint8_t>();
  if (has_table == 1) {
    BackedUpTable table;
    table.bytes = from.number<std::uint64_t>();
    table.records = from.number<std::uint64_t>();
    table.root_key_id = from.hash();
    table.sha256 = from.hash();
    manifest.table = table;
  }
  manifest.files = read_files(from);
  const bool fits = from.at_end() && is_possible(manifest.checked, manifest.state.size) &&
                    has_guard <= 1 && has_table <= 1 && manifest.generation > 0 &&
                    manifest.origin.size() <= kOriginBytesMax && !manifest.origin.empty() &&
                    manifest.checkpoint.size() <= kNoteBytesMax &&
                    manifest.files.size() <= kBackupFilesMax && is_sorted_and_inner(manifest.files);
  if (!fits) return Error{Errc::corrupt, "backup manifest: not what this program writes"};
  return manifest;
}

Bytes encode(const DrillOutcome& outcome) {
  Bytes out;
  append(out, as_bytes(kDrillMagic));
  append(out, big_endian(kDrillVersion));
  append(out, big_endian(outcome.generation));
  append(out, big_endian(static_cast<std::uint64_t>(outcome.at.value())));
  out.push_back(outcome.ok ? 1 : 0);
  out.push_back(outcome.level);
  append(out, big_endian(outcome.size.value()));
  append(out, big_endian(outcome.parts));
  append(out, big_endian(outcome.faults));
  append_checksum(out);
  return out;
}

Result<DrillOutcome> decode_drill_outcome(ByteView bytes) {
  ENGINE_TRY(body, checked_body(bytes, kDrillMagic, kDrillVersion, "drill outcome"));
  Cursor from{body.bytes};
  DrillOutcome outcome;
  outcome.generation = from.number<std::uint32_t>();
  outcome.at = TimeUs{static_cast<std::int64_t>(from.number<std::uint64_t>())};
  const auto ok = from.number<std::uint8_t>();
  outcome.ok = ok == 1;
  outcome.level = from.number<std::uint8_t>();
  outcome.size = TreeSize{from.number<std::uint64_t>()};
  outcome.parts = from.number<std::uint64_t>();
  outcome.faults = from.number<std::uint64_t>();
  if (!from.at_end() || ok > 1) return Error{Errc::corrupt, "drill outcome: damaged"};
  return outcome;
}

}  // namespace stafett::log
