#include "engine/crypto/secret_sharing.h"

extern "C" {
#include <libgfshare.h>
}

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>

#include "engine/base/check.h"

namespace stafett::crypto {
namespace {

// The library asks a global function for randomness, and has none of its own that is fit.
std::mutex sharing;
Random* source = nullptr;  // Guarded by sharing.

void fill_from_source(unsigned char* buffer, unsigned int count) {
  CHECK(source != nullptr);
  source->fill({buffer, count});
}

struct ContextFree {
  void operator()(gfshare_ctx* context) const { gfshare_ctx_free(context); }
};
using Context = std::unique_ptr<gfshare_ctx, ContextFree>;

// Its buffers are scrambled with randomness when it frees them.
class WithRandomness final {
 public:
  explicit WithRandomness(Random& random) : lock_(sharing) {
    source = &random;
    gfshare_fill_rand = &fill_from_source;
  }
  ~WithRandomness() { source = nullptr; }
  WithRandomness(const WithRandomness&) = delete;
  WithRandomness& operator=(const WithRandomness&) = delete;

 private:
  const std::lock_guard<std::mutex> lock_;
};

// Where nothing is random: what the library scrambles when it frees.
class Zeros final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

}  // namespace

std::vector<SecretShare> split_secret(std::span<const std::uint8_t, kSharedSecretBytes> secret,
                                      unsigned threshold, unsigned count, Random& random) {
  CHECK(threshold >= 2 && threshold <= count && count <= kSharesMax);
  std::vector<SecretShare> shares(count);
  std::vector<std::uint8_t> numbers(count);
  for (unsigned i = 0; i < count; ++i)
    shares[i].number = numbers[i] = static_cast<std::uint8_t>(i + 1);
  const WithRandomness with{random};
  const Context context{gfshare_ctx_init_enc(
      numbers.data(), count, static_cast<unsigned char>(threshold), kSharedSecretBytes)};
  CHECK(context != nullptr);
  std::array<std::uint8_t, kSharedSecretBytes> bytes;  // the library asks for what it may write to
  const WipeGuard wiped{bytes};
  std::ranges::copy(secret, bytes.begin());
  gfshare_ctx_enc_setsecret(context.get(), bytes.data());
  for (unsigned i = 0; i < count; ++i)
    gfshare_ctx_enc_getshare(context.get(), static_cast<unsigned char>(i), shares[i].bytes.data());
  std::array<std::uint8_t, kSharedSecretBytes> nothing{};
  gfshare_ctx_enc_setsecret(context.get(), nothing.data());
  return shares;
}

void join_shares(std::span<const SecretShare> shares,
                 std::span<std::uint8_t, kSharedSecretBytes> secret) {
  CHECK(!shares.empty() && shares.size() <= kSharesMax);
  std::vector<std::uint8_t> numbers;
  for (const SecretShare& share : shares) numbers.push_back(share.number);
  const std::set<std::uint8_t> different(numbers.begin(), numbers.end());
  CHECK(different.size() == shares.size() && !different.contains(0));
  Zeros zeros;
  const WithRandomness with{zeros};
  const Context context{gfshare_ctx_init_dec(
      numbers.data(), static_cast<unsigned int>(numbers.size()), kSharedSecretBytes)};
  CHECK(context != nullptr);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    std::array<std::uint8_t, kSharedSecretBytes> bytes = shares[i].bytes;
    const WipeGuard wiped{bytes};
    gfshare_ctx_dec_giveshare(context.get(), static_cast<unsigned char>(i), bytes.data());
  }
  gfshare_ctx_dec_extract(context.get(), secret.data());
  std::array<std::uint8_t, kSharedSecretBytes> nothing{};
  for (std::size_t i = 0; i < shares.size(); ++i)
    gfshare_ctx_dec_giveshare(context.get(), static_cast<unsigned char>(i), nothing.data());
}

}  // namespace stafett::crypto
