// Files on the real disk.

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "engine/storage/files.h"

namespace stafett::storage {
namespace {

Error os_error(const char* what, const std::string& path) {
  const int code = errno;
  return Error{code == ENOENT ? Errc::not_found : Errc::io,
               std::string(what) + " " + path + ": " + std::generic_category().message(code)};
}

class Descriptor final {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);  // data that mattered was synced, so its result changes nothing
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& from) noexcept : fd_(std::exchange(from.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<Descriptor> open_file(const std::string& path, int flags) {
  for (;;) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd >= 0) return Descriptor{fd};
    if (errno != EINTR) return os_error("open", path);
  }
}

Result<std::uint64_t> size_of(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return os_error("stat", path);
  return static_cast<std::uint64_t>(info.st_size);
}

Result<void> write_all(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return os_error("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<Bytes> read_range(int fd, std::uint64_t offset, std::size_t bytes, const std::string& path) {
  Bytes out(bytes);
  std::size_t have = 0;
  while (have < bytes) {
    const ssize_t got =
        ::pread(fd, out.data() + have, bytes - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return os_error("read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  out.resize(have);
  return out;
}

Result<void> sync_data(int fd, const std::string& path) {
  // Not tried again: after a failure the kernel may call the lost pages clean.
  if (::fdatasync(fd) != 0) return os_error("sync", path);
  return {};
}

// Makes names made, replaced or removed in the directory of `path` durable.
Result<void> sync_directory_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  ENGINE_TRY(descriptor, open_file(directory, O_RDONLY | O_DIRECTORY));
  if (::fsync(descriptor.get()) != 0) return os_error("sync", directory);
  return {};
}

class PosixAppendFile final : public AppendFile {
 public:
  PosixAppendFile(Descriptor file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}
  Result<void> append(ByteView bytes) override {
    ENGINE_TRY_VOID(write_all(file_.get(), bytes, path_));
    size_ += bytes.size();
    return {};
  }
  Result<void> sync() override { return sync_data(file_.get(), path_); }
  std::uint64_t size() const override { return size_; }

 private:
  const Descriptor file_;
  const std::string path_;
  std::uint64_t size_;
};

class PosixReadFile final : public ReadFile {
 public:
  PosixReadFile(Descriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}
  Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const override {
    ENGINE_TRY(size, size_of(file_.get(), path_));
    const std::uint64_t left = offset < size ? size - offset : 0;
    return read_range(file_.get(), offset,
                      static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left)), path_);
  }

 private:
  const Descriptor file_;
  const std::string path_;
};

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor file) : file_(std::move(file)) {}

 private:
  const Descriptor file_;  // the lock goes with its last descriptor
};

class PosixFiles final : public Files {
 public:
  Result<Bytes> read(const std::string& path, std::size_t bytes_max) override {
    ENGINE_TRY(file, open_file(path, O_RDONLY));
    ENGINE_TRY(size, size_of(file.get(), path));
    if (size > bytes_max) return Error{Errc::too_large, path + " is larger than it may be"};
    return read_range(file.get(), 0, static_cast<std::size_t>(size), path);
  }
  Result<std::unique_ptr<ReadFile>> open_read(const std::string& path) override {
    ENGINE_TRY(file, open_file(path, O_RDONLY));
    return std::unique_ptr<ReadFile>{std::make_unique<PosixReadFile>(std::move(file), path)};
  }
  Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) override {
    ENGINE_TRY(file, open_file(path, O_WRONLY | O_APPEND | O_CREAT));
    // Also when it was there: whoever made it may have died before its name was synced.
    ENGINE_TRY_VOID(sync_directory_of(path));
    ENGINE_TRY(size, size_of(file.get(), path));
    return std::unique_ptr<AppendFile>{
        std::make_unique<PosixAppendFile>(std::move(file), path, size)};
  }
  Result<void> replace(const std::string& path, ByteView bytes) override {
    const std::string beside = path + ".new";
    {
      ENGINE_TRY(file, open_file(beside, O_WRONLY | O_CREAT | O_TRUNC));
      ENGINE_TRY_VOID(write_all(file.get(), bytes, beside));
      ENGINE_TRY_VOID(sync_data(file.get(), beside));
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) return os_error("rename", beside);
    return sync_directory_of(path);
  }
  Result<void> truncate(const std::string& path, std::uint64_t size) override {
    ENGINE_TRY(file, open_file(path, O_WRONLY));
    if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) return os_error("truncate", path);
    return sync_data(file.get(), path);
  }
  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return os_error("remove", path);
    return sync_directory_of(path);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return os_error("rename", from);
    return sync_directory_of(to);
  }
  Result<void> destroy(const std::string& path) override {
    {
      ENGINE_TRY(file, open_file(path, O_WRONLY | O_NOFOLLOW));
      ENGINE_TRY(size, size_of(file.get(), path));
      const Bytes nothing(std::min<std::uint64_t>(size, std::uint64_t{1} << 20));
      for (std::uint64_t done = 0; done < size; done += nothing.size()) {
        const std::size_t bytes = std::min<std::uint64_t>(nothing.size(), size - done);
        ENGINE_TRY_VOID(write_all(file.get(), ByteView{nothing}.first(bytes), path));
      }
      ENGINE_TRY_VOID(sync_data(file.get(), path));
    }
    return remove(path);
  }
  Result<void> make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error("mkdir", path);
    return sync_directory_of(path);
  }
  Result<bool> exists(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) return true;
    if (errno == ENOENT) return false;
    return os_error("stat", path);
  }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> open{::opendir(directory.c_str()), &::closedir};
    if (!open) return os_error("list", directory);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(open.get());
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return os_error("list", directory);
    std::sort(names.begin(), names.end());
    return names;
  }
  Result<std::unique_ptr<FileLock>> lock(const std::string& path) override {
    ENGINE_TRY(file, open_file(path, O_RDWR | O_CREAT));
    // By open file, not by process: a second open in this process is refused as well.
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return Error{Errc::locked, path + " is locked by another"};
      return os_error("lock", path);
    }
    return std::unique_ptr<FileLock>{std::make_unique<PosixFileLock>(std::move(file))};
  }
};

}  // namespace

Files& posix_files() {
  static PosixFiles files;
  return files;
}

}  // namespace stafett::storage
