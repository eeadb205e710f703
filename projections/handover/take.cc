#include "projections/handover/take.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "projections/archive/archive_record.h"
#include "projections/recorder/recorder.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 20;

std::string provenance_of(const HandoverScope& scope, const TakeWish& wish) {
  return "Stafettlogg overført fra " + scope.origin + "\nsak der: " + scope.case_id +
         "\noverføring: " + scope.transfer + "\ntil kommune: " + scope.to_municipality +
         "\noppføringer: " + std::to_string(scope.entries) +
         "\nloggens størrelse: " + std::to_string(scope.head.size.value()) +
         "\nloggens rot: " + to_hex(scope.head.root.view()) +
         "\npakke: " + std::to_string(wish.bytes) + " byte, SHA-256 " + to_hex(wish.digest.view());
}

// One of the attachments that the package is kept as.
struct Piece {
  std::uint64_t number = 0, of = 1;
  std::uint64_t begin = 0, bytes = 0;
  Hash digest;
};

class Taker final {
 public:
  Taker(BtiLog& opened, const HandoverScope& scope, const TakeWish& wish)
      : opened_(opened), scope_(scope), wish_(wish) {}

  Result<Taken> take() {
    ENGINE_TRY(pieces, pieces_of_package());
    ENGINE_TRY(raised_at, record("ConcernRaised", "ConcernRaised", raised()));
    (void)raised_at;
    for (const Piece& piece : pieces) ENGINE_TRY_VOID(attach(piece));
    ENGINE_TRY(noted_at, record("NoteAdded", "NoteAdded", noted()));
    ENGINE_TRY(entry, opened_.log->store().entry(noted_at));
    return Taken{wish_.case_label, opened_.log->origin() + " " + std::to_string(noted_at.value()) +
                                       " " + to_hex(transparency::leaf_hash(entry).view())};
  }

 private:
  // Before anything is recorded: that it is the file that was checked, and can be kept.
  Result<std::vector<Piece>> pieces_of_package() const {
    const std::uint64_t count =
        std::max<std::uint64_t>(1, (wish_.bytes + kHandoverPieceBytes - 1) / kHandoverPieceBytes);
    if (count > kHandoverPiecesMax)
      return Error{Errc::too_large, "a package of more than " + std::to_string(kHandoverPiecesMax) +
                                        " attachments of 50 MiB"};
    ENGINE_TRY(file, opened_.log->files().open_read(wish_.package));
    crypto::Sha256 whole;
    std::vector<Piece> pieces;
    for (std::uint64_t number = 0; number < count; ++number) {
      Piece piece{number, count, number * kHandoverPieceBytes, 0, {}};
      piece.bytes = std::min(kHandoverPieceBytes, wish_.bytes - piece.begin);
      crypto::Sha256 hash;
      for (std::uint64_t at = 0; at < piece.bytes;) {
        const auto wanted = std::min<std::uint64_t>(kReadBytes, piece.bytes - at);
        ENGINE_TRY(read, file->read_at(piece.begin + at, static_cast<std::size_t>(wanted)));
        if (read.empty()) return changed();
        hash.update(read);
        whole.update(read);
        at += read.size();
      }
      piece.digest = hash.finish();
      pieces.push_back(piece);
    }
    if (whole.finish() != wish_.digest) return changed();
    return pieces;
  }
  static Error changed() {
    return Error{Errc::conflict, "the package is not the one that was checked: somebody wrote it"};
  }

  // The same package in the same case has the same events. `tries`: refused before.
  EventId id_of(std::string_view what, std::uint64_t tries) const {
    constexpr std::uint8_t kNul[1] = {0};
    const std::string suffix = tries == 0 ? std::string{} : '\0' + std::to_string(tries);
    const Hash hash =
        crypto::sha256({as_bytes("stafett/handover/v1"), kNul, as_bytes(what), kNul,
                        as_bytes(wish_.case_label), kNul, wish_.digest.view(), as_bytes(suffix)});
    std::array<std::uint8_t, 16> id{};
    std::copy_n(hash.view().begin(), id.size(), id.begin());
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0F) | 0x80);  // version 8: ours
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3F) | 0x80);
    return EventId{id};
  }

  // Where it is, now or since an earlier time. An id that was refused is answered so for ever:
  // what is tried again has the next one.
  Result<Position> record(const std::string& what, const std::string& type,
                          boost::json::object data, log::ReadSome attachment = {}) {
    constexpr std::uint64_t kTriesMax = 1'000;
    for (std::uint64_t tries = 0; tries < kTriesMax; ++tries) {
      const EventId id = id_of(what, tries);
      ENGINE_TRY(before, opened_.log->store().event(id));
      if (const auto* position = std::get_if<Position>(&before)) return *position;
      if (!std::holds_alternative<std::monostate>(before)) continue;
      JsonEvent event;
      event.id = id;
      event.case_label = wish_.case_label;
      event.type = type;
      event.actor = wish_.by;
      event.data = std::move(data);
      event.attachment = std::move(attachment);
      ENGINE_TRY_VOID(record_now(opened_, std::move(event)));
      ENGINE_TRY(now, opened_.log->store().event(id));
      if (const auto* position = std::get_if<Position>(&now)) return *position;
      return Error{Errc::corrupt, "what was recorded is not there"};
    }
    return Error{Errc::refused, wish_.case_label + ": refused too often"};
  }

  Result<void> attach(const Piece& piece) {
    const bool is_only = piece.of == 1;
    const std::string number = std::to_string(piece.number + 1);
    ENGINE_TRY(file, opened_.log->files().open_read(wish_.package));
    const std::shared_ptr<storage::ReadFile> from{std::move(file)};
    const auto hash = std::make_shared<crypto::Sha256>();
    // What is kept is what the event says: whoever has written the file since is found out.
    const auto read = [from, hash, piece, at = std::uint64_t{0}](
                          std::span<std::uint8_t> into) mutable -> Result<std::size_t> {
      const auto wanted = std::min<std::uint64_t>(into.size(), piece.bytes - at);
      if (wanted == 0) return std::size_t{0};
      ENGINE_TRY(bytes, from->read_at(piece.begin + at, static_cast<std::size_t>(wanted)));
      if (bytes.empty()) return changed();
      std::copy(bytes.begin(), bytes.end(), into.begin());
      hash->update(bytes);
      at += bytes.size();
      if (at == piece.bytes && hash->finish() != piece.digest) return changed();
      return bytes.size();
    };
    boost::json::object data = attached(piece);
    if (!is_only) data["attachment"] = "handover-" + number;
    ENGINE_TRY(position, record(is_only ? "AttachmentAdded" : "AttachmentAdded " + number,
                                "AttachmentAdded", std::move(data), read));
    (void)position;
    return {};
  }

  boost::json::object raised() const {
    return {{"subject", wish_.subject},
            {"subjectKind", scope_.is_child ? "child" : "pregnant"},
            {"source", "employee"},
            {"service", wish_.service},
            {"summary", "Stafettlogg overført fra " + scope_.origin}};
  }
  boost::json::object attached(const Piece& piece) const {
    constexpr std::size_t kLineCharactersMax = 200;
    std::string title = "Overført stafettlogg";
    if (piece.of > 1)
      title += " del " + std::to_string(piece.number + 1) + " av " + std::to_string(piece.of);
    if (title.size() + scope_.origin.size() < kLineCharactersMax) title += " fra " + scope_.origin;
    return {{"attachment", "handover"},
            {"kind", "report"},
            {"title", title},
            {"digest", to_hex(piece.digest.view())},
            {"bytes", static_cast<std::int64_t>(piece.bytes)},
            {"mediaType", piece.of == 1 ? "application/zstd" : "application/octet-stream"}};
  }
  boost::json::object noted() const {
    return {{"note", "handover"},
            {"kind", "general"},
            {"text", provenance_of(scope_, wish_)},
            {"service", wish_.service}};
  }

  BtiLog& opened_;
  const HandoverScope& scope_;
  const TakeWish& wish_;
};

}  // namespace

Result<Taken> take_handover(BtiLog& log, const HandoverScope& scope, const TakeWish& wish) {
  return Taker{log, scope, wish}.take();
}

}  // namespace stafett::bti
