#include "tools/age_file.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <vector>

#include "engine/storage/files.h"

namespace stafett::tools {
namespace {

// Signals as a program of its own has them, and its input from `input`.
class Spawning final {
 public:
  explicit Spawning(int input) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawnattr_init(&attributes_);
    sigset_t none, ours;
    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &ours);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Spawning() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;

  Result<pid_t> start(std::vector<std::string> words) const {
    std::vector<char*> given;
    for (std::string& word : words) given.push_back(word.data());
    given.push_back(nullptr);
    pid_t child = 0;
    const int spawned =
        ::posix_spawnp(&child, given.front(), &actions_, &attributes_, given.data(), ::environ);
    if (spawned == ENOENT) return Error{Errc::not_found, "the program age is not installed"};
    if (spawned != 0) return Error{Errc::io, "the program age cannot be run"};
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

Result<void> wait_for(pid_t child, Errc failed, const char* why) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error{Errc::io, "the program age was lost"};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Error{failed, why};
  return {};
}

class Descriptor final {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// That the reader is gone is told by the write, not by a signal.
class WithoutPipeSignal final {
 public:
  WithoutPipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~WithoutPipeSignal() { std::signal(SIGPIPE, before_); }
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;

 private:
  void (*const before_)(int);
};

}  // namespace

Result<void> check_recipient(const std::string& recipient) {
  constexpr std::size_t kBytesMax = 128;
  const bool is_one = recipient.starts_with("age1") && recipient.size() <= kBytesMax &&
                      std::ranges::all_of(recipient, [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                      });
  if (!is_one)
    return Error{Errc::invalid_argument, "--encrypt-to takes a recipient of age: age1..."};
  const Descriptor nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  ENGINE_TRY(child, Spawning{nothing.get()}.start({"age", "-r", recipient, "-o", "/dev/null"}));
  return wait_for(child, Errc::invalid_argument, "age does not take this recipient");
}

Result<void> encrypt_file(const std::function<Result<void>(int descriptor)>& write,
                          const std::string& to, const std::string& recipient) {
  // age opens what is there and keeps its mode.
  ENGINE_TRY_VOID(storage::posix_files().replace(to, {}));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error{Errc::io, "no pipe to age"};
  Descriptor from{ends[0]}, into{ends[1]};
  const WithoutPipeSignal quiet;
  ENGINE_TRY(child, Spawning{from.get()}.start({"age", "-r", recipient, "-o", to}));
  from.close();
  const Result<void> written = write(into.get());
  into.close();
  const Result<void> encrypted = wait_for(child, Errc::io, "age has failed");
  return encrypted ? written : encrypted;
}

}  // namespace stafett::tools
