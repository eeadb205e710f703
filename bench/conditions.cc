#include "bench/conditions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/version.h>
#include <sodium.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <thread>

namespace stafett::bench {
namespace {

std::string line_with(const char* file, const std::string& start) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(start))
      if (const std::size_t colon = line.find(':'); colon != std::string::npos)
        return line.substr(line.find_first_not_of(" \t", colon + 1));
  return "unknown";
}

std::string file_system(const std::string& directory) {
  struct statfs info {};
  if (::statfs(directory.c_str(), &info) != 0) return "unknown";
  switch (static_cast<unsigned long>(info.f_type)) {
    case 0xEF53:
      return "ext4";
    case 0x58465342:
      return "xfs";
    case 0x9123683E:
      return "btrfs";
    case 0x01021994:
      return "tmpfs";
    case 0x794C7630:
      return "overlayfs";
    default:
      return fmt::format("type 0x{:x}", static_cast<unsigned long>(info.f_type));
  }
}

// What one appended and synced block takes, as every commit group pays it at least once.
std::string sync_latency(const std::string& directory) {
  const std::string path = directory + "/sync-probe";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return "unknown";
  const std::array<char, 4096> block{};
  std::vector<double> microseconds;
  for (int i = 0; i < 101; ++i) {
    const Stopwatch watch;
    const bool done = ::write(file, block.data(), block.size()) == 4096 && ::fdatasync(file) == 0;
    if (done) microseconds.push_back(watch.seconds() * 1e6);
  }
  ::close(file);
  ::unlink(path.c_str());
  if (microseconds.empty()) return "unknown";
  const double middle = median(microseconds);
  const double worst = *std::max_element(microseconds.begin(), microseconds.end());
  return fmt::format("{:.0f} us (median of {}), at most {:.0f} us", middle, microseconds.size(),
                     worst);
}

}  // namespace

void add_conditions(Report& report, const std::string& directory) {
  utsname system{};
  ::uname(&system);
  std::array<double, 3> load{};
  ::getloadavg(load.data(), 3);
  report.condition("cpu", line_with("/proc/cpuinfo", "model name"));
  report.condition("cores", std::to_string(std::thread::hardware_concurrency()));
  report.condition("memory", line_with("/proc/meminfo", "MemTotal"));
  report.condition("load before", fmt::format("{:.2f} {:.2f} {:.2f}", load[0], load[1], load[2]));
  report.condition("kernel", system.release);
  report.condition("file system", file_system(directory));
  report.condition("synced write", sync_latency(directory));
  report.condition("compiler", fmt::format("gcc {}", __VERSION__));
  report.condition("RocksDB", fmt::format("{}.{}.{}", ROCKSDB_MAJOR, ROCKSDB_MINOR, ROCKSDB_PATCH));
  report.condition("libsodium", sodium_version_string());
}

}  // namespace stafett::bench
