#include "bench/timing.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace stafett::bench {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

double cpu_seconds_of(int process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/stat"};
  std::string skipped;
  std::getline(in, skipped, ')');
  for (int i = 0; i < 11; ++i) in >> skipped;  // state to cmajflt
  double user = 0, system = 0;
  in >> user >> system;
  return in ? (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)) : 0;
}

double mib_held_by(int process) {
  std::ifstream in{"/proc/" + std::to_string(process) + "/statm"};
  double whole = 0, resident = 0;
  in >> whole >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

}  // namespace stafett::bench
