#include "projections/handover/handed_documents.h"

#include <algorithm>

#include "engine/format/words.h"
#include "projections/catalogue/part_check.h"
#include "projections/gate/opened_event.h"

namespace stafett::bti {

using format::PartClass;

namespace {

// The digest that an AttachmentAdded gives. Nothing: it is none, or not opened so far. An event is
// read without looking at its bytes again: so all of them are judged here.
std::optional<Hash> digest_told(const EntryLine& line, const format::Entry& entry) {
  std::array<kj::Array<capnp::word>, kClassCount> words;
  PartViews views{};
  for (const format::OpenPart& part : line.parts) {
    auto copied = format::to_words(part.plaintext);
    if (!copied || part.part_class > PartClass::identity) return std::nullopt;
    const std::size_t index = static_cast<std::size_t>(part.part_class) - 1;
    words[index] = std::move(*copied);
    views[index] = words[index];
  }
  Withheld not_given;
  for (std::size_t i = 0; i < kClassCount; ++i)
    if (words[i].size() == 0) not_given.add(class_at(i));
  const auto parts = check_parts(
      views, [](const EventId&) { return std::nullopt; }, not_given);
  if (!parts || parts->event->type != EventType::ATTACHMENT_ADDED) return std::nullopt;
  const log::StreamRecord stream{format::StreamKind::case_, 0, {}, {}};
  const Result<EventPtr> event =
      event_of({line.position, entry, {}, stream, line.parts, line.erased});
  if (!event || !*event || !(*event)->narrative) return std::nullopt;
  const auto digest = (*event)->narratives<schema::AttachmentAdded>().getDigest();
  return Hash::from({digest.begin(), digest.size()});
}

}  // namespace

void HandedDocuments::expect(const EntryLine& line, const format::Entry& entry) {
  const auto& promised = entry.intent.parts;
  const auto document =
      std::ranges::find(promised, PartClass::attachment, &format::PartCommitment::part_class);
  if (document == promised.end() || attached_.size() >= kHandoverDocumentsMax) return;
  if (const auto digest = digest_told(line, entry))
    attached_.emplace(entry.intent.event_id, Attached{document->length, *digest});
}

Result<void> HandedDocuments::check(std::string_view text) {
  ENGINE_TRY(line, parse_handed_document(text));
  const auto attached = attached_.find(line.event);
  if (attached == attached_.end())
    return Error{Errc::refused, "of no event of the package that tells of a document"};
  const std::string name = document_file(line.event);
  if (!found_.insert(name).second) return Error{Errc::refused, "there twice"};
  if (line.bytes != attached->second.bytes || line.sha256 != attached->second.digest)
    return Error{Errc::refused, "not the document that its event tells of"};
  const auto there = digest_of(files_, directory_, name, line.bytes);
  if (!there && there.error().code() == Errc::io) return there.error();
  if (!there || there->bytes != line.bytes || there->sha256 != line.sha256)
    return Error{Errc::refused, name + " is not there, or is another"};
  return {};
}

}  // namespace stafett::bti
