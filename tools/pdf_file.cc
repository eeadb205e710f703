#include "tools/pdf_file.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "engine/storage/files.h"
#include "tools/folder_beside.h"

namespace stafett::tools {
namespace {

constexpr char kProgram[] = "weasyprint";

Error not_installed() {
  return Error{Errc::not_found,
               "the program weasyprint is not installed: PDF needs it, HTML does not"};
}

// Signals that we wait for ourselves end it as they would alone.
class Spawning final {
 public:
  Spawning() {
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~Spawning() { ::posix_spawnattr_destroy(&attributes_); }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<void> check_pdf_program() {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/bin:/bin";
  while (true) {
    const std::size_t end = rest.find(':');
    const std::string at = std::string{rest.substr(0, end)} + "/" + kProgram;
    if (::access(at.c_str(), X_OK) == 0) return {};
    if (end == std::string_view::npos) return not_installed();
    rest.remove_prefix(end + 1);
  }
}

Result<void> write_pdf(const std::string& html_path, const std::string& pdf_path,
                       const std::string& variant) {
  // The program opens what is there and keeps its mode.
  ENGINE_TRY_VOID(storage::posix_files().replace(pdf_path, {}));
  std::array<std::string, 7> words{
      kProgram, "--quiet", "--encoding=utf-8", "--pdf-variant", variant, html_path, pdf_path};
  std::array<char*, 8> given{};
  std::ranges::transform(words, given.begin(), [](std::string& word) { return word.data(); });
  pid_t child = 0;
  const Spawning spawning;
  const int spawned =
      ::posix_spawnp(&child, kProgram, nullptr, spawning.get(), given.data(), ::environ);
  if (spawned == ENOENT) return not_installed();
  if (spawned != 0) return Error{Errc::io, "the program weasyprint cannot be run"};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error{Errc::io, "the program weasyprint was lost"};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error{Errc::io, "weasyprint has failed"};
  return {};
}

Result<void> write_pdf(const std::string& to, std::string_view html, TemporaryFolders& folders) {
  storage::Files& files = storage::posix_files();
  const std::string target = std::filesystem::absolute(to).string();
  ENGINE_TRY(beside, make_telling(folders, target + ".partial-"));
  const std::string page = beside + "/page.html", pdf = beside + "/page.pdf";
  ENGINE_TRY_VOID(files.replace(page, as_bytes(html)));
  ENGINE_TRY_VOID(write_pdf(page, pdf, "pdf/ua-1"));
  ENGINE_TRY(whole, files.open_append(pdf));
  ENGINE_TRY_VOID(whole->sync());
  return files.rename(pdf, target);
}

}  // namespace stafett::tools
