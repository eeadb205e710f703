#include "server/reported/report_cursor.h"

namespace stafett::server {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPlaceBytes = 1 + 2 * sizeof(std::uint64_t) + 2 * Hash::kBytes;
constexpr std::string_view kContext = "stafett/v1/reported-cursor";

}  // namespace

ReportCursor::ReportCursor(log::Log& log, const ActorId& consumer)
    : sealed_(log, consumer, kContext) {}

std::string ReportCursor::seal(const ReportPlace& place) const {
  Bytes plain{kVersion};
  append(plain, big_endian(place.stretch.begin.value()));
  append(plain, big_endian(place.stretch.end.value()));
  append(plain, place.after_case.view());
  append(plain, place.after_event.view());
  return sealed_.seal(plain);
}

Result<ReportPlace> ReportCursor::open(std::string_view text) const {
  ENGINE_TRY(plain, sealed_.open(text, kPlaceBytes));
  if (plain.front() != kVersion) return Error{Errc::invalid_argument, "cursor: of another version"};
  const ByteView bytes = ByteView{plain}.subspan(1);
  ReportPlace place;
  place.stretch = {TreeSize{from_big_endian<std::uint64_t>(bytes)},
                   TreeSize{from_big_endian<std::uint64_t>(bytes.subspan(8))}};
  place.after_case = *Hash::from(bytes.subspan(16, Hash::kBytes));
  place.after_event = *Hash::from(bytes.subspan(16 + Hash::kBytes));
  return place;
}

}  // namespace stafett::server
