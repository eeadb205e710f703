#include "tools/archive_files.h"

#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/storage/files.h"
#include "tools/pdf_file.h"

namespace stafett::tools {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr char kArchiveVariant[] = "Arkivformat";
constexpr char kWorkVariant[] = "Produksjonsformat";

struct Format {
  std::string_view media_type, ending, name;
  bool is_lasting;
};
// Others are kept as they came.
constexpr Format kFormats[] = {
    {"application/pdf", ".pdf", "PDF", false}, {"image/jpeg", ".jpg", "JPEG", true},
    {"image/png", ".png", "PNG", true},        {"image/tiff", ".tif", "TIFF", true},
    {"text/plain", ".txt", "Ren tekst", true}, {"text/xml", ".xml", "XML", true},
    {"application/xml", ".xml", "XML", true},
};

Format format_of(const std::string& media_type) {
  for (const Format& one : kFormats)
    if (one.media_type == media_type) return one;
  return {media_type, ".bin", media_type, false};
}

// What another program wrote: the log is told its digest, so it must outlast a power cut.
Result<void> synced(const std::string& path) {
  ENGINE_TRY(file, storage::posix_files().open_append(path));
  return file->sync();
}

}  // namespace

Result<bti::ArchivedFile> seen_file(const std::string& directory, const std::string& name) {
  ENGINE_TRY(file, storage::posix_files().open_read(directory + "/" + name));
  bti::ArchivedFile read;
  read.name = name;
  crypto::Sha256 hash;
  for (;;) {
    ENGINE_TRY(piece, file->read_at(read.bytes, kReadBytes));
    if (piece.empty()) break;
    hash.update(piece);
    read.bytes += piece.size();
  }
  read.sha256 = hash.finish();
  return read;
}

Result<bti::ArchivedFile> write_file(const std::string& directory, const std::string& name,
                                     std::string_view bytes) {
  ENGINE_TRY_VOID(storage::posix_files().replace(directory + "/" + name, as_bytes(bytes)));
  return seen_file(directory, name);
}

Result<bti::ArchivedFile> write_printout(const std::string& directory, const std::string& stem,
                                         const bti::ClosedLog& log, const PrintoutWish& wish) {
  const std::string html = bti::printout_html(log, wish.language, wish.made_at);
  ENGINE_TRY(page, write_file(directory, stem + ".html", html));
  bti::ArchivedFile file = std::move(page);
  file.format = "HTML";
  file.variant = kWorkVariant;
  if (wish.form == PrintoutForm::pdf) {
    const std::string from = directory + "/" + file.name;
    const std::string to = stem + ".pdf";
    ENGINE_TRY_VOID(write_pdf(from, directory + "/" + to, "pdf/a-2b"));
    ENGINE_TRY_VOID(synced(directory + "/" + to));
    ENGINE_TRY_VOID(storage::posix_files().remove(from));
    ENGINE_TRY(pdf, seen_file(directory, to));
    file = std::move(pdf);
    file.format = "PDF/A-2b";
    file.variant = kArchiveVariant;
  }
  file.kind = "Utskrift";
  file.title = "Stafettlogg, utskrift";
  return file;
}

Result<bti::ArchivedFile> write_events(const std::string& directory, const std::string& name,
                                       const bti::ClosedLog& log) {
  std::string lines;
  for (const boost::json::value& event : log.events) lines += boost::json::serialize(event) + "\n";
  ENGINE_TRY(file, write_file(directory, name, lines));
  file.kind = "Hendelser";
  file.title = "Stafettlogg, alle oppføringer";
  file.format = "JSON Lines";
  file.variant = kWorkVariant;
  return std::move(file);
}

Result<std::vector<std::optional<bti::ArchivedFile>>> write_documents(bti::BtiLog& opened,
                                                                      const std::string& directory,
                                                                      const std::string& folder,
                                                                      const bti::ClosedLog& log) {
  std::vector<std::optional<bti::ArchivedFile>> files;
  for (const bti::ClosedDocument& document : log.documents) {
    files.emplace_back();
    if (!document.kept) continue;
    const Format format = format_of(document.media_type);
    const std::string name = folder + "/" + document.id + std::string{format.ending};
    {
      ENGINE_TRY(to, storage::posix_files().open_append(directory + "/" + name));
      ENGINE_TRY_VOID(
          bti::read_document(opened, document, [&](ByteView piece) { return to->append(piece); }));
      ENGINE_TRY_VOID(to->sync());
    }
    ENGINE_TRY(file, seen_file(directory, name));
    if (to_hex(file.sha256.view()) != document.digest)
      return Error{Errc::corrupt, "the document of " + document.id + " has another SHA-256 than " +
                                      "the event: correct the event, or void it"};
    file.kind = "Vedlegg";
    file.title = document.title;
    file.format = format.name;
    file.variant = format.is_lasting ? kArchiveVariant : kWorkVariant;
    files.back() = std::move(file);
  }
  return files;
}

}  // namespace stafett::tools
