#include "engine/log/backup/place_check.h"

#include <fmt/format.h>

#include <unordered_map>

#include "engine/log/backup/copy_faults.h"

namespace stafett::log {
namespace {

class PlaceChecker final {
 public:
  PlaceChecker(const BackupSurroundings& with, const PlaceCheck& check)
      : with_(with), check_(check), place_(with.files, check.place) {}

  Result<std::vector<CheckedGeneration>> run() {
    ENGINE_TRY(numbers, place_.generations());
    if (numbers.empty()) return Error{Errc::not_found, check_.place + ": no whole backup here"};
    ENGINE_TRY(lock, place_.prepare());
    const auto chosen = place_.choose(check_.at);
    if (!chosen && chosen.error().code() == Errc::not_found) return chosen.error();
    std::vector<CheckedGeneration> out;
    for (const std::uint32_t number : numbers) {
      CheckedGeneration one{number, chosen && chosen->generation == number, {}};
      one.fault = fault_of(number, one.is_verified);
      out.push_back(std::move(one));
    }
    return out;
  }

 private:
  std::string fault_of(std::uint32_t number, bool verifies) {
    const auto manifest = place_.manifest(number);
    if (!manifest) return manifest.error().detail();
    for (const BackupFile& file : manifest->files) {
      const Result<BackupFile>& found = hashed(file);
      if (!found) return found.error().detail();
      if (*found != file) return place_.database() + "/" + file.path + ": not what was backed up";
    }
    if (!verifies) return {};
    const Result<void> verified = verify_log(*manifest);
    return verified ? std::string{} : verified.error().detail();
  }

  // A file that many generations need is read once.
  const Result<BackupFile>& hashed(const BackupFile& file) {
    const std::string name = fmt::format("{} {}", file.bytes, file.path);
    const auto known = hashed_.find(name);
    if (known != hashed_.end()) return known->second;
    return hashed_.emplace(name, hash_file(with_.files, place_.database(), {file.path, file.bytes}))
        .first->second;
  }

  Result<void> verify_log(const BackupManifest& manifest) const {
    ENGINE_TRY(backups, storage::Backups::open(place_.database(), storage::BackupAccess::read));
    ENGINE_TRY(store, backups->open_store(manifest.generation));
    VerifyOptions options;
    options.progress = check_.progress;
    ENGINE_TRY(report, verify({*store, with_.random, nullptr, nullptr, {}}, options));
    if (!report.ok) return Error{Errc::corrupt, faults_of(report)};
    if (report.size != manifest.state.size || report.root != manifest.state.root)
      return Error{Errc::corrupt, "its log is not the one that its manifest names"};
    return {};
  }

  const BackupSurroundings& with_;
  const PlaceCheck& check_;
  BackupPlace place_;
  std::unordered_map<std::string, Result<BackupFile>> hashed_;
};

}  // namespace

Result<std::vector<CheckedGeneration>> check_place(const BackupSurroundings& with,
                                                   const PlaceCheck& check) {
  return PlaceChecker{with, check}.run();
}

}  // namespace stafett::log
