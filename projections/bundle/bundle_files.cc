#include "projections/bundle/bundle_files.h"

#include <boost/json/serialize.hpp>
#include <filesystem>

#include "engine/base/encoding.h"
#include "engine/storage/private_places.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

std::string path_of(const std::string& directory, std::string_view name) {
  return directory + "/" + std::string{name};
}

constexpr std::string_view kDocument = "document-";

}  // namespace

std::string document_name(Position position) {
  return std::string{kDocument} + std::to_string(position.value());
}

bool is_document_name(std::string_view name) {
  return name.starts_with(kDocument) && parse_decimal(name.substr(kDocument.size()));
}

bool is_plain_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

std::string digest_line(const FileDigest& file) {
  return to_hex(file.sha256.view()) + " " + std::to_string(file.bytes) + " " + file.name + "\n";
}

Result<FileDigest> parse_digest_line(std::string_view line) {
  const Error wrong{Errc::malformed, "a line of the manifest is no digest, length and name"};
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return wrong;
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return wrong;
  const auto digest = from_hex(line.substr(0, first));
  const auto bytes = parse_decimal(line.substr(first + 1, second - first - 1));
  const auto hash = digest ? Hash::from(*digest) : std::nullopt;
  if (!hash || !bytes) return wrong;
  return FileDigest{std::string{line.substr(second + 1)}, *bytes, *hash};
}

Result<FileDigest> digest_of(storage::Files& files, const std::string& directory,
                             std::string_view name, std::uint64_t bytes_max) {
  ENGINE_TRY(file, files.open_read(path_of(directory, name)));
  FileDigest digest{std::string{name}, 0, {}};
  crypto::Sha256 hash;
  for (;;) {
    ENGINE_TRY(piece, file->read_at(digest.bytes, kPieceBytes));
    if (piece.empty()) break;
    hash.update(piece);
    digest.bytes += piece.size();
    if (digest.bytes > bytes_max) return Error{Errc::too_large, digest.name + " is too long"};
  }
  digest.sha256 = hash.finish();
  return digest;
}

Result<std::unique_ptr<BundleFile>> BundleFile::create(storage::Files& files,
                                                       const std::string& directory,
                                                       std::string_view name) {
  // What somebody else put there, open to others, is not written into.
  ENGINE_TRY_VOID(storage::make_new_file(path_of(directory, name)));
  ENGINE_TRY(file, files.open_append(path_of(directory, name)));
  return std::unique_ptr<BundleFile>{new BundleFile{std::move(file), name}};
}

Result<void> BundleFile::add(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kPieceBytes ? Result<void>{} : write_out();
}

Result<void> BundleFile::add_line(const boost::json::value& line) {
  return add(boost::json::serialize(line) + "\n");
}

Result<void> BundleFile::write_out() {
  const ByteView bytes = as_bytes(buffer_);
  ENGINE_TRY_VOID(file_->append(bytes));
  hash_.update(bytes);
  digest_.bytes += bytes.size();
  buffer_.clear();
  return {};
}

Result<FileDigest> BundleFile::finish() {
  ENGINE_TRY_VOID(write_out());
  ENGINE_TRY_VOID(file_->sync());
  digest_.sha256 = hash_.finish();
  return digest_;
}

Result<std::unique_ptr<LineReader>> LineReader::open(storage::Files& files,
                                                     const std::string& path) {
  ENGINE_TRY(file, files.open_read(path));
  return std::unique_ptr<LineReader>{new LineReader{std::move(file)}};
}

Result<std::optional<std::string_view>> LineReader::next() {
  for (std::size_t searched = at_;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      const std::string_view line{buffer_.data() + at_, end - at_};
      at_ = end + 1;
      ++line_;
      return std::optional{line};
    }
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    if (buffer_.size() > kLineBytesMax) return Error{Errc::too_large, "a line is too long"};
    ENGINE_TRY(piece, file_->read_at(offset_, kPieceBytes));
    if (piece.empty()) {
      if (buffer_.empty()) return std::optional<std::string_view>{};
      return Error{Errc::malformed, "the last line has no end"};
    }
    offset_ += piece.size();
    buffer_ += as_text(piece);
  }
}

}  // namespace stafett::bti
