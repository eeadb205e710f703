#pragma once
// Profile: a municipality's rules as data, every key typed, and the history of its versions.
//
// Source:  profile_keys.cc (names, types and ranges of the keys)
// Threads: values.

#include <array>
#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "projections/calendar/calendar.h"

namespace stafett::bti {

struct LevelName {
  std::string nb, nn, en;
  friend bool operator==(const LevelName&, const LevelName&) = default;
};
enum class OwnConsentMode : std::uint8_t { adds, replaces };
enum class ConsentExpiry : std::uint8_t { block, warn };
enum class ChildHeardRequired : std::uint8_t { evaluation, close, both };
enum class IpClosesLog : std::uint8_t { entitled, entitled_and_wanted };
enum class ArchiveTarget : std::uint8_t { fiks, manual };
enum class PreLogReaders : std::uint8_t { involved, service };

// The members hold the defaults; `Days` that are plain ints are calendar days.
struct Profile {
  Profile();  // level names from the glossary

  std::array<LevelName, 4> level_names;
  int log_allowed_from_level = 1;
  int log_required_from_level = 2;
  Period level0_decision_days{14};
  int age_own_consent = 15;
  OwnConsentMode own_consent_mode = OwnConsentMode::adds;
  Period youth_renew_days{30};
  int age_own_access = 15;
  bool consent_all_guardians = true;
  int consent_max_months = 12;
  ConsentExpiry consent_expiry = ConsentExpiry::block;
  int consent_soon_days = 30;
  Period oral_note_days{3};
  Period holder_vacancy_days{1};
  Period baton_accept_days{7};
  int holder_confirm_days = 14;
  int level_consult_days = 14;
  Period responsible_vacancy_days{7};
  Period evaluate_grace_days{7};
  int reschedule_limit = 3;
  ChildHeardRequired child_heard_required = ChildHeardRequired::both;
  int child_heard_from_age = 3;
  int child_heard_before_close_days = 30;
  Period silent_case_days{60};
  Period minutes_days{7};
  Period guardian_access_days{3};
  Period ip_assess_days{30};
  IpClosesLog ip_closes_log = IpClosesLog::entitled;
  Period ip_close_days{30};
  Period closure_demand_days{7};
  Period archive_days{30};
  Period archive_receipt_days{3};
  ArchiveTarget archive_target = ArchiveTarget::fiks;
  Period school_plan_days{7};
  Period reporting_outcome_days{1};
  Period report_feedback_days{21};
  Period stalled_days{14};
  Period rights_days{30};
  int backdate_days = 7;
  int transition_plan_days = 60;
  int read_volume_limit = 20;
  int read_volume_days = 7;
  bool transfer_needs_consent = true;
  bool manual_log_allowed = true;
  PreLogReaders pre_log_readers = PreLogReaders::involved;
  bool notes_by_guardians = true;
  bool family_sees_reader_names = false;
  int audit_grant_max_days = 90;
  std::vector<std::string> languages{"nb", "nn"};
  int retention_years = 10;
  int read_retention_years = 5;
  int small_cell_min = 5;
  std::vector<Date> extra_closed_days;  // sorted

  friend bool operator==(const Profile&, const Profile&) = default;
  Date add(Date date, Period period) const { return bti::add(date, period, extra_closed_days); }
};

// What is wrong with a key (H04). `key` names it.
struct ProfileFault {
  std::string key;
  std::string detail;  // begins with the key's name
};
[[noreturn]] void throw_exception_from_error(const ProfileFault&, const boost::source_location&);
template <class T>
using ProfileResult = boost::system::result<T, ProfileFault>;

// `base` with `changes` laid over it; keys not named keep their value.
ProfileResult<Profile> with_changes(const Profile& base, const boost::json::object& changes);
// TOML with the same keys at top level ("levelNames" as tables); dates as strings or TOML dates.
// Errors: malformed (not TOML), invalid_argument (a key; the detail names it).
Result<Profile> profile_from_toml(std::string_view toml);

boost::json::object to_json(const Profile& profile);  // every key, sorted by bytes
std::string canonical_json(const Profile& profile);   // of to_json, without spaces
Hash profile_digest(const Profile& profile);          // SHA-256 of canonical_json

struct ProfileVersion {
  std::uint32_t version = 1;
  Date effective_from;  // start of that local day
  Profile profile;
};

// Approved versions. Version v is in force from its effective_from until the next version's.
class ProfileHistory final {
 public:
  // Version 1 is in force from the beginning: also for dates before its effective_from.
  explicit ProfileHistory(Profile first = {}, Date effective_from = Date{Date::kFirstDays});
  // REQUIRES: version is the last one plus 1.
  void approve(ProfileVersion next);
  const ProfileVersion& in_force(Date on) const;
  const ProfileVersion& latest() const { return versions_.back(); }
  const std::vector<ProfileVersion>& versions() const { return versions_; }

 private:
  std::vector<ProfileVersion> versions_;  // by version; never empty
};

}  // namespace stafett::bti
