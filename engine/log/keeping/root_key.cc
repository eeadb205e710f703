#include "engine/log/keeping/root_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "engine/crypto/aead.h"
#include "engine/log/keeping/private_file.h"

namespace stafett::log {
namespace {

constexpr std::size_t kSeedBytes = 32;
constexpr std::size_t kSeedLineBytes = 2 * kSeedBytes + 1;

class Descriptor final {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

Error system_error(const std::string& path, int code) {
  return Error{code == ENOENT ? Errc::not_found : Errc::io,
               path + ": " + std::generic_category().message(code)};
}

// Looked at through the open descriptor, so that the file checked is the file read.
Result<std::uint64_t> private_size(const std::string& path, int descriptor) {
  struct stat found {};
  if (::fstat(descriptor, &found) != 0) return system_error(path, errno);
  if (!S_ISREG(found.st_mode)) return Error{Errc::refused, path + ": not a plain file"};
  if (found.st_uid != ::geteuid() && found.st_uid != 0)
    return Error{Errc::refused, path + ": belongs to another user"};
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return Error{Errc::refused, path + ": others may use it; its mode must be 0600"};
  return static_cast<std::uint64_t>(std::max<::off_t>(found.st_size, 0));
}

Result<void> read_all(const std::string& path, int descriptor, std::span<std::uint8_t> out) {
  for (std::size_t got = 0; got < out.size();) {
    const ::ssize_t n = ::read(descriptor, out.data() + got, out.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(path, errno);
    if (n == 0) return Error{Errc::malformed, path + ": shorter than it said"};
    got += static_cast<std::size_t>(n);
  }
  return {};
}

int open_file(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

Result<void> save_new(storage::Files& files, const std::string& path, ByteView bytes) {
  ENGINE_TRY(present, files.exists(path));
  if (present) return Error{Errc::conflict, path + ": exists, and a key is never overwritten"};
  return files.replace(path, bytes);
}

// Not from_hex(): its buffer would stay in memory, and this text is a key.
int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Hash root_key_id(const RootKey& root) {
  Hash id;
  crypto::derive_key(std::span<std::uint8_t, 32>{id.data(), 32}, root.view(),
                     "stafett/root-key-id/v1", {});
  return id;
}

Result<void> read_private(const std::string& path, std::span<std::uint8_t> out) {
  const Descriptor file{open_file(path)};
  if (file.value() < 0) return system_error(path, errno);
  ENGINE_TRY(bytes, private_size(path, file.value()));
  if (bytes != out.size()) return Error{Errc::malformed, path + ": not the size of a key"};
  return read_all(path, file.value(), out);
}

Result<Bytes> read_private_text(const std::string& path, std::size_t bytes_max) {
  const Descriptor file{open_file(path)};
  if (file.value() < 0) return system_error(path, errno);
  ENGINE_TRY(bytes, private_size(path, file.value()));
  if (bytes == 0 || bytes > bytes_max)
    return Error{Errc::malformed, path + ": empty, or larger than it may be"};
  Bytes out(bytes);
  ENGINE_TRY_VOID(read_all(path, file.value(), out));
  return out;
}

Result<RootKey> RootKeyFile::load() {
  Result<void> read;
  RootKey key{[&](std::span<std::uint8_t, kRootKeyBytes> out) { read = read_private(path_, out); }};
  if (!read) return read.error();
  return key;
}

Result<void> RootKeyFile::create(storage::Files& files, const std::string& path, Random& random) {
  std::array<std::uint8_t, kRootKeyBytes> key;
  const crypto::WipeGuard wiped{key};
  random.fill(key);
  return save_new(files, path, key);
}

Result<void> save_signing_key(storage::Files& files, const std::string& path,
                              const crypto::SigningKey& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::uint8_t, kSeedLineBytes> line;
  const crypto::WipeGuard wiped{line};
  std::size_t at = 0;
  for (const std::uint8_t byte : key.seed()) {
    line[at++] = static_cast<std::uint8_t>(digits[byte >> 4]);
    line[at++] = static_cast<std::uint8_t>(digits[byte & 15]);
  }
  line[at] = '\n';
  return save_new(files, path, line);
}

Result<crypto::SigningKey> load_signing_key(const std::string& path) {
  std::array<std::uint8_t, kSeedLineBytes> line;
  std::array<std::uint8_t, kSeedBytes> seed;
  const crypto::WipeGuard line_wiped{line};
  const crypto::WipeGuard seed_wiped{seed};
  ENGINE_TRY_VOID(read_private(path, line));
  for (std::size_t i = 0; i < kSeedBytes; ++i) {
    const int high = hex_digit(line[2 * i]);
    const int low = hex_digit(line[2 * i + 1]);
    if (high < 0 || low < 0) return Error{Errc::malformed, path + ": not lower-case hex"};
    seed[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (line.back() != '\n') return Error{Errc::malformed, path + ": no newline at its end"};
  return crypto::SigningKey::from_seed(seed);
}

}  // namespace stafett::log
