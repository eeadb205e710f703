#include "engine/log/keeping/root_escrow.h"

#include <algorithm>

#include "engine/crypto/aead.h"
#include "engine/crypto/sha256.h"
#include "engine/log/keeping/private_file.h"

namespace stafett::log {
namespace {

constexpr std::string_view kShareMagic = "STFSHARE";
constexpr std::size_t kShareChecksumBytes = 16;

bool is_of_same_split(const EscrowShare& a, const EscrowShare& b) {
  return a.split == b.split && a.origin == b.origin && a.root_key_id == b.root_key_id &&
         a.threshold == b.threshold && a.count == b.count;
}

// Wipes shares wherever they were put.
struct HeldShares {
  std::vector<EscrowShare> shares;
  ~HeldShares() {
    for (EscrowShare& one : shares) crypto::wipe(one.share.bytes);
  }
};

Result<void> read_share(const std::string& path, HeldShares& to) {
  std::array<std::uint8_t, kShareFileBytes> bytes{};
  const crypto::WipeGuard wiped{bytes};
  ENGINE_TRY_VOID(read_private(path, bytes));
  auto share = decode_escrow_share(bytes);
  if (!share) return Error{share.error().code(), path + ": " + share.error().detail()};
  const crypto::WipeGuard share_wiped{share->share.bytes};
  for (const EscrowShare& other : to.shares) {
    if (!is_of_same_split(*share, other))
      return Error{Errc::conflict, path + ": a share of another split"};
    if (share->share.number == other.share.number)
      return Error{Errc::conflict, path + ": the same share twice"};
  }
  to.shares.push_back(*share);
  return {};
}

}  // namespace

Bytes encode(const EscrowShare& share) {
  Bytes out;
  out.reserve(kShareFileBytes);  // never moved: nothing of it is left behind
  append(out, as_bytes(kShareMagic));
  append(out, big_endian(kShareVersion));
  append(out, share.origin.view());
  append(out, share.root_key_id.view());
  append(out, share.split);
  out.push_back(share.threshold);
  out.push_back(share.count);
  out.push_back(share.share.number);
  append(out, share.share.bytes);
  append(out, crypto::sha256(out).view().first(kShareChecksumBytes));
  return out;
}

Result<EscrowShare> decode_escrow_share(ByteView bytes) {
  const auto damaged = [] { return Error{Errc::corrupt, "damaged, or no share of a root key"}; };
  if (bytes.size() != kShareFileBytes) return damaged();
  const ByteView covered = bytes.first(kShareFileBytes - kShareChecksumBytes);
  if (as_text(covered.first(8)) != kShareMagic ||
      !std::ranges::equal(bytes.last(kShareChecksumBytes),
                          crypto::sha256(covered).view().first(kShareChecksumBytes)))
    return damaged();
  if (from_big_endian<std::uint32_t>(covered.subspan(8)) != kShareVersion)
    return Error{Errc::unsupported, "a version this program does not know"};
  EscrowShare share;
  share.origin = *Hash::from(covered.subspan(12, 32));
  share.root_key_id = *Hash::from(covered.subspan(44, 32));
  std::ranges::copy(covered.subspan(76, 16), share.split.begin());
  share.threshold = covered[92];
  share.count = covered[93];
  share.share.number = covered[94];
  std::ranges::copy(covered.subspan(95, 32), share.share.bytes.begin());
  if (share.threshold < 2 || share.threshold > share.count || share.share.number < 1 ||
      share.share.number > share.count)
    return damaged();
  return share;
}

Result<void> escrow_root_key(storage::Files& files, Random& random, const RootKey& root,
                             const Hash& origin, unsigned threshold,
                             const std::vector<std::string>& to) {
  if (threshold < 2 || threshold > to.size() || to.size() > crypto::kSharesMax)
    return Error{Errc::invalid_argument, "2 to all of the shares are asked for, at most 255"};
  for (const std::string& path : to) {
    ENGINE_TRY(there, files.exists(path));
    if (there || std::ranges::count(to, path) != 1)
      return Error{Errc::conflict, path + ": exists, or is named twice"};
  }
  EscrowShare common;
  common.origin = origin;
  common.root_key_id = root_key_id(root);
  random.fill(common.split);
  common.threshold = static_cast<std::uint8_t>(threshold);
  common.count = static_cast<std::uint8_t>(to.size());
  std::vector<crypto::SecretShare> shares =
      crypto::split_secret(root.view(), threshold, common.count, random);
  Result<void> written;
  for (std::size_t i = 0; i < to.size() && written; ++i) {
    common.share = shares[i];
    Bytes bytes = encode(common);
    written = files.replace(to[i], bytes);
    crypto::wipe(bytes);
  }
  crypto::wipe(common.share.bytes);
  for (crypto::SecretShare& share : shares) crypto::wipe(share.bytes);
  return written;
}

Result<RecoveredKey> recover_root_key(const std::vector<std::string>& from) {
  if (from.empty()) return Error{Errc::invalid_argument, "no share was given"};
  HeldShares held;
  held.shares.reserve(from.size());
  for (const std::string& path : from) ENGINE_TRY_VOID(read_share(path, held));
  const EscrowShare& first = held.shares.front();
  if (held.shares.size() < first.threshold)
    return Error{Errc::invalid_argument, std::to_string(held.shares.size()) + " shares of the " +
                                             std::to_string(first.threshold) + " that it takes"};
  std::vector<crypto::SecretShare> shares;
  shares.reserve(held.shares.size());
  for (const EscrowShare& one : held.shares) shares.push_back(one.share);
  RootKey root{
      [&](std::span<std::uint8_t, kRootKeyBytes> out) { crypto::join_shares(shares, out); }};
  for (crypto::SecretShare& share : shares) crypto::wipe(share.bytes);
  if (root_key_id(root) != first.root_key_id)
    return Error{Errc::corrupt, "the shares do not lead to their root key: one was altered"};
  return RecoveredKey{std::move(root), first.origin};
}

}  // namespace stafett::log
