#include "server/reported/report_cursor.h"

#include "engine/crypto/aead.h"
#include "server/auth/base64url.h"

namespace stafett::server {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPlaceBytes = 1 + 2 * sizeof(std::uint64_t) + 2 * Hash::kBytes;
constexpr std::string_view kContext = "stafett/v1/reported-cursor";

}  // namespace

void ReportCursor::derive(std::span<std::uint8_t, 32> key) const {
  Hash own = log_.index().name_for(consumer_, as_bytes(kContext));
  const crypto::WipeGuard guard{{own.data(), Hash::kBytes}};
  crypto::derive_key(key, own.view(), kContext, log_.origin_hash().view());
}

std::string ReportCursor::seal(const ReportPlace& place) const {
  Bytes plain{kVersion};
  append(plain, big_endian(place.stretch.begin.value()));
  append(plain, big_endian(place.stretch.end.value()));
  append(plain, place.after_case.view());
  append(plain, place.after_event.view());
  std::array<std::uint8_t, crypto::kKeyBytes> key{};
  const crypto::WipeGuard guard{key};
  derive(key);
  return to_base64url(crypto::seal(key, plain, as_bytes(kContext), log_.random()));
}

Result<ReportPlace> ReportCursor::open(std::string_view text) const {
  const Error refused{Errc::invalid_argument, "cursor: not one that this consumer was given"};
  if (text.size() > 2 * (kPlaceBytes + crypto::kSealedOverheadBytes)) return refused;
  const auto sealed = from_base64url(text);
  if (!sealed) return refused;
  std::array<std::uint8_t, crypto::kKeyBytes> key{};
  const crypto::WipeGuard guard{key};
  derive(key);
  const Result<Bytes> plain = crypto::open(key, *sealed, as_bytes(kContext));
  if (!plain || plain->size() != kPlaceBytes || plain->front() != kVersion) return refused;
  const ByteView bytes = ByteView{*plain}.subspan(1);
  ReportPlace place;
  place.stretch = {TreeSize{from_big_endian<std::uint64_t>(bytes)},
                   TreeSize{from_big_endian<std::uint64_t>(bytes.subspan(8))}};
  place.after_case = *Hash::from(bytes.subspan(16, Hash::kBytes));
  place.after_event = *Hash::from(bytes.subspan(16 + Hash::kBytes));
  return place;
}

}  // namespace stafett::server
