#include "tools/backup_status.h"

#include "tools/backup_words.h"

namespace stafett::tools {
namespace {

std::int64_t seconds_between(TimeUs from, TimeUs to) {
  return std::max<std::int64_t>(to.value() - from.value(), 0) / 1'000'000;
}

class Looker final {
 public:
  Looker(std::int64_t log_seconds, TimeUs now) : log_seconds_(log_seconds), now_(now) {}

  BackupStatus look(const std::string& database) {
    const auto remembered = log::last_backup_place(storage::posix_files(), database);
    if (!remembered) {
      problem(remembered.error().to_string());
      return std::move(status_);
    }
    if (!*remembered) {
      if (log_seconds_ > kBackupSecondsMax) problem("the log was never backed up");
      return std::move(status_);
    }
    const log::BackupPlace place{storage::posix_files(), **remembered};
    look_at_newest(place);
    look_at_drill(place);
    return std::move(status_);
  }

 private:
  void look_at_newest(const log::BackupPlace& place) {
    const auto newest = place.choose({});
    if (!newest) {
      status_.backup = boost::json::object{{"place", place.path()}};
      return problem("the backup place cannot be read: " + newest.error().to_string());
    }
    const std::int64_t age = seconds_between(newest->made_at, now_);
    status_.backup = boost::json::object{{"place", place.path()},
                                         {"generation", newest->generation},
                                         {"size", newest->state.size.value()},
                                         {"ageSeconds", age}};
    if (age > kBackupSecondsMax) problem("the newest backup is too old");
  }

  void look_at_drill(const log::BackupPlace& place) {
    const auto last = place.last_drill();
    if (!last) return problem("the last drill cannot be read: " + last.error().to_string());
    if (!*last) {
      if (log_seconds_ > kDrillSecondsMax) problem("no backup was ever restored in a drill");
      return;
    }
    const log::DrillOutcome& outcome = **last;
    boost::json::object json = to_json(outcome);
    const std::int64_t age = seconds_between(outcome.at, now_);
    json["ageSeconds"] = age;
    status_.drill = std::move(json);
    if (!outcome.ok) problem("the last drill failed");
    if (age > kDrillSecondsMax) problem("the last drill is too long ago");
  }

  void problem(const std::string& what) { status_.problems.emplace_back(what); }

  const std::int64_t log_seconds_;
  const TimeUs now_;
  BackupStatus status_;
};

}  // namespace

BackupStatus look_at_backups(const std::string& database, std::int64_t log_seconds, TimeUs now) {
  return Looker{log_seconds, now}.look(database);
}

}  // namespace stafett::tools
