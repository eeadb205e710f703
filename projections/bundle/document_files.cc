#include "projections/bundle/document_files.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/log/attachments.h"

namespace stafett::bti {

using format::PartClass;
using format::PartCommitment;

namespace {

struct Sum {
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;
};

Result<void> add_documents(const log::Log& log, const StreamId& stream, Sum& sum) {
  return log.store().scan_stream(stream, Version{0},
                                 [&](Version, Position position) -> Result<storage::Scan> {
                                   ENGINE_TRY(bytes, log.store().entry(position));
                                   ENGINE_TRY(entry, format::decode_own_entry(bytes));
                                   for (const PartCommitment& part : entry.intent.parts) {
                                     if (part.part_class != PartClass::attachment) continue;
                                     ++sum.documents;
                                     sum.bytes += part.length;
                                   }
                                   return storage::Scan::more;
                                 });
}

}  // namespace

Result<void> check_documents_fit(const log::Log& log, const std::vector<SubjectId>& cases) {
  Sum sum;
  for (const SubjectId& one : cases) {
    ENGINE_TRY(record, log.index().subject(one));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    for (const StreamId& stream : record->streams)
      if (!stream.is_zero()) ENGINE_TRY_VOID(add_documents(log, stream, sum));
    if (sum.documents > kBundleDocumentsMax || sum.bytes > kBundleDocumentBytesMax)
      return Error{Errc::too_large, "more documents than a bundle takes: choose fewer cases"};
  }
  return {};
}

Result<std::optional<FileDigest>> write_document(log::Log& log, const DocumentOfEntry& document,
                                                 const std::string& directory) {
  const std::optional<FileDigest> gone;
  ENGINE_TRY(chunk, log.store().chunk(document.event, 0));
  if (!chunk) return gone;
  std::array<std::uint8_t, crypto::kKeyBytes> key;
  const crypto::WipeGuard guard{key};
  if (const auto has_key = log.vault().key(document.domain, key); !has_key) {
    if (has_key.error().code() == Errc::not_found) return gone;
    return has_key.error();
  }
  ENGINE_TRY(file, BundleFile::create(log.files(), directory, document_name(document.position)));
  const Result<void> written = log::read_attachment(
      {log.store(), log.vault(), log.random(), log.origin_hash()}, document.event, document.domain,
      document.promised, [&](ByteView piece) { return file->add(as_text(piece)); });
  if (!written && written.error().code() == Errc::not_found)
    return Error{Errc::corrupt, "a document that is not what its event commits to"};
  ENGINE_TRY_VOID(written);
  ENGINE_TRY(digest, file->finish());
  return std::optional{std::move(digest)};
}

}  // namespace stafett::bti
