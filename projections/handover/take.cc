#include "projections/handover/take.h"

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "projections/archive/archive_record.h"
#include "projections/recorder/recorder.h"

namespace stafett::bti {
namespace {

std::string provenance_of(const HandoverScope& scope, const TakeWish& wish) {
  return "Stafettlogg overført fra " + scope.origin + "\nsak der: " + scope.case_id +
         "\noverføring: " + scope.transfer + "\noppføringer: " + std::to_string(scope.entries) +
         "\nloggens størrelse: " + std::to_string(scope.head.size.value()) +
         "\nloggens rot: " + to_hex(scope.head.root.view()) +
         "\npakke: " + std::to_string(wish.bytes) + " byte, SHA-256 " + to_hex(wish.digest.view());
}

class Taker final {
 public:
  Taker(BtiLog& opened, const HandoverScope& scope, const TakeWish& wish)
      : opened_(opened), scope_(scope), wish_(wish) {}

  Result<Taken> take() {
    ENGINE_TRY_VOID(record("ConcernRaised", raised()));
    ENGINE_TRY_VOID(record("AttachmentAdded", attached()));
    ENGINE_TRY_VOID(record("NoteAdded", noted()));
    ENGINE_TRY(found, opened_.log->store().event(id_of("NoteAdded")));
    const auto* position = std::get_if<Position>(&found);
    if (!position) return Error{Errc::corrupt, "what was recorded is not there"};
    ENGINE_TRY(entry, opened_.log->store().entry(*position));
    return Taken{wish_.case_label, opened_.log->origin() + " " + std::to_string(position->value()) +
                                       " " + to_hex(transparency::leaf_hash(entry).view())};
  }

 private:
  // The same package in the same case has the same events.
  EventId id_of(std::string_view type) const {
    constexpr std::uint8_t kNul[1] = {0};
    const Hash hash = crypto::sha256({as_bytes("stafett/handover/v1"), kNul, as_bytes(type), kNul,
                                      as_bytes(wish_.case_label), kNul, wish_.digest.view()});
    std::array<std::uint8_t, 16> id{};
    std::copy_n(hash.view().begin(), id.size(), id.begin());
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0F) | 0x80);  // version 8: ours
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3F) | 0x80);
    return EventId{id};
  }

  Result<void> record(const std::string& type, boost::json::object data) {
    const EventId id = id_of(type);
    ENGINE_TRY(found, opened_.log->store().event(id));
    if (std::holds_alternative<Position>(found)) return {};
    JsonEvent event;
    event.id = id;
    event.case_label = wish_.case_label;
    event.type = type;
    event.actor = wish_.by;
    event.data = std::move(data);
    if (type == "AttachmentAdded") {
      ENGINE_TRY(file, opened_.log->files().open_read(wish_.package));
      const std::shared_ptr<storage::ReadFile> from{std::move(file)};
      event.attachment = [from, at = std::uint64_t{0}](
                             std::span<std::uint8_t> into) mutable -> Result<std::size_t> {
        ENGINE_TRY(piece, from->read_at(at, into.size()));
        std::copy(piece.begin(), piece.end(), into.begin());
        at += piece.size();
        return piece.size();
      };
    }
    return record_now(opened_, std::move(event));
  }

  boost::json::object raised() const {
    return {{"subject", wish_.subject},
            {"subjectKind", scope_.is_child ? "child" : "pregnant"},
            {"source", "employee"},
            {"service", wish_.service},
            {"summary", "Stafettlogg overført fra " + scope_.origin}};
  }
  boost::json::object attached() const {
    return {{"attachment", "handover"},
            {"kind", "report"},
            {"title", "Overført stafettlogg fra " + scope_.origin},
            {"digest", to_hex(wish_.digest.view())},
            {"bytes", static_cast<std::int64_t>(wish_.bytes)},
            {"mediaType", "application/zstd"}};
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
