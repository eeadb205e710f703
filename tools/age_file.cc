#include "tools/age_file.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "engine/storage/files.h"

namespace stafett::tools {

Result<void> check_recipient(const std::string& recipient) {
  constexpr std::size_t kBytesMax = 128;
  const bool is_one = recipient.starts_with("age1") && recipient.size() <= kBytesMax &&
                      std::ranges::all_of(recipient, [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                      });
  if (is_one) return {};
  return Error{Errc::invalid_argument, "--encrypt-to takes a recipient of age: age1..."};
}

Result<void> encrypt_file(const std::string& from, const std::string& to,
                          const std::string& recipient) {
  // age opens what is there and keeps its mode.
  ENGINE_TRY_VOID(storage::posix_files().replace(to, {}));
  std::array<std::string, 6> words{"age", "-r", recipient, "-o", to, from};
  std::array<char*, 7> given{};
  std::ranges::transform(words, given.begin(), [](std::string& word) { return word.data(); });
  pid_t child = 0;
  const int spawned = ::posix_spawnp(&child, "age", nullptr, nullptr, given.data(), ::environ);
  if (spawned == ENOENT) return Error{Errc::not_found, "the program age is not installed"};
  if (spawned != 0) return Error{Errc::io, "the program age cannot be run"};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error{Errc::io, "the program age was lost"};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Error{Errc::io, "age has failed"};
  return {};
}

}  // namespace stafett::tools
