// stafett profile: the municipality's rules: what they are, what differs, and their change by two.

#include <fmt/format.h>

#include <boost/json.hpp>

#include "projections/gate/directory_source.h"
#include "projections/profile/profile_view.h"
#include "projections/recorder/case_reader.h"
#include "projections/recorder/recorder.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

using boost::json::value;

constexpr std::size_t kProfileFileBytesMax = 256 * 1024;

struct ProfileWords {
  std::string directory, known_at, as_of, file, effective_from, person;
  std::uint32_t version = 0;  // 0: none named
  std::uint32_t other = 0;
  bool json = false;
};

Result<bti::Directory> directory_known(const bti::BtiLog& opened, const ProfileWords& words) {
  bti::Knowledge known;
  if (!words.known_at.empty()) {
    ENGINE_TRY(parsed, bti::parse_known_at(words.known_at));
    known = parsed;
  }
  ENGINE_TRY(size, bti::size_known(*opened.log, known));
  return bti::directory_at(*opened.log, opened.gate->source(), size);
}

Result<bti::Date> day_asked(const bti::BtiLog& opened, const ProfileWords& words) {
  if (words.as_of.empty()) return bti::local_date(opened.log->clock().now());
  ENGINE_TRY(at, bti::parse_as_of(words.as_of));
  return bti::local_date(at);
}

value effective_json(const bti::ProfileVersion& version) {
  return version.version == 1 ? value(nullptr) : value(version.effective_from.to_text());
}

value proposal_json(const bti::Directory& directory, const bti::LabelResolver& labels) {
  const std::optional<bti::ProfileProposal>& proposal = directory.proposal();
  if (!proposal) return nullptr;
  return {{"version", proposal->version},
          {"effectiveFrom", bti::Date{proposal->effective_from}.to_text()},
          {"by", labels.person(proposal->proposer)},
          {"changes", boost::json::parse(proposal->changes)}};
}

void print_keys(const boost::json::object& keys) {
  for (const auto& [key, row] : keys) {
    const std::string origin = row.at("value") == row.at("default") ? "" : "  not the default";
    print_text(fmt::format("{:<28}{}  (version {}){}\n", std::string_view{key},
                           boost::json::serialize(row.at("value")),
                           row.at("setBy").to_number<int>(), origin));
  }
}

Result<int> show(const ProfileWords& words) {
  ENGINE_TRY(opened, open_writer(words.directory));
  ENGINE_TRY(directory, directory_known(opened, words));
  ENGINE_TRY(day, day_asked(opened, words));
  const bti::ProfileHistory& history = directory.profiles();
  const std::uint32_t number = words.version ? words.version : history.in_force(day).version;
  if (number > history.versions().size()) return Error{Errc::not_found, "no such version"};
  const bti::ProfileVersion& version = history.versions()[number - 1];
  const boost::json::object keys = bti::keys_with_origin(history, number);
  const bti::BookLabels labels{opened.gate->labels()};
  const value proposal = proposal_json(directory, labels);
  if (words.json) {
    print_line({{"version", number},
                {"effectiveFrom", effective_json(version)},
                {"approved", history.versions().size()},
                {"proposal", proposal},
                {"keys", keys}});
    return int{kDone};
  }
  print_text(fmt::format("version {} of {}, in force from {}\n", number, history.versions().size(),
                         number == 1 ? "the beginning" : version.effective_from.to_text()));
  print_keys(keys);
  if (!proposal.is_null()) print_text("waits for approval: " + serialize(proposal) + "\n");
  return int{kDone};
}

// A version that is approved, or the one that waits for it.
Result<bti::Profile> profile_numbered(const bti::Directory& directory, std::uint32_t number) {
  const std::vector<bti::ProfileVersion>& versions = directory.profiles().versions();
  if (number >= 1 && number <= versions.size()) return versions[number - 1].profile;
  const std::optional<bti::ProfileProposal>& proposal = directory.proposal();
  if (!proposal || proposal->version != std::int64_t{number})
    return Error{Errc::not_found, "no such version"};
  auto proposed =
      with_changes(versions.back().profile, boost::json::parse(proposal->changes).as_object());
  if (!proposed) return Error{Errc::corrupt, "a proposal that is no profile"};
  return *std::move(proposed);
}

Result<int> diff(const ProfileWords& words) {
  ENGINE_TRY(opened, open_writer(words.directory));
  ENGINE_TRY(directory, directory_known(opened, words));
  ENGINE_TRY(from, profile_numbered(directory, words.version));
  ENGINE_TRY(to, profile_numbered(directory, words.other));
  const boost::json::object changes = bti::difference(from, to);
  if (words.json) {
    print_line({{"from", words.version}, {"to", words.other}, {"changes", changes}});
    return int{kDone};
  }
  for (const auto& [key, change] : changes)
    print_text(fmt::format("{:<28}{} -> {}\n", std::string_view{key},
                           boost::json::serialize(change.at("from")),
                           boost::json::serialize(change.at("to"))));
  return int{kDone};
}

// Prints the receipt or the refusal, as `append` does.
Result<int> record(const bti::BtiLog& opened, const std::string& actor, const char* type,
                   boost::json::object data) {
  bti::JsonEvent event;
  event.type = type;
  event.actor = actor;
  event.occurred_at = opened.log->clock().now();
  event.data = std::move(data);
  const bti::Answer answer =
      bti::Recorder{*opened.log, *opened.gate}.record_and_wait(std::move(event));
  if (const Error* error = std::get_if<Error>(&answer.result)) return *error;
  print_line(answer.to_json());
  return int{answer.accepted() ? kDone : kRefused};
}

// A TOML file, or JSON by its name's end.
Result<boost::json::object> changes_of(const std::string& file) {
  ENGINE_TRY(bytes, storage::posix_files().read(file, kProfileFileBytesMax));
  if (!file.ends_with(".json")) return bti::changes_from_toml(as_text(bytes));
  boost::system::error_code failed;
  const std::string_view text = as_text(bytes);
  value json = boost::json::parse({text.data(), text.size()}, failed);
  if (failed || !json.is_object()) return Error{Errc::malformed, file + ": no JSON object"};
  return std::move(json.get_object());
}

Result<int> propose(const ProfileWords& words) {
  ENGINE_TRY(changes, changes_of(words.file));
  ENGINE_TRY(opened, open_recording(words.directory));
  return record(opened, words.person, "ProfileProposed",
                {{"version", opened.gate->directory().approved_version() + 1},
                 {"effectiveFrom", words.effective_from},
                 {"changes", std::move(changes)}});
}

Result<int> approve(const ProfileWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  return record(opened, words.person, "ProfileApproved",
                {{"version", std::int64_t{words.version}}});
}

void add_reading(CLI::App& command, const std::shared_ptr<ProfileWords>& words) {
  command.add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command.add_flag("--json", words->json, "one JSON document");
}

}  // namespace

void add_profile(CLI::App& app, Run& run) {
  auto words = std::make_shared<ProfileWords>();
  CLI::App* profile = app.add_subcommand("profile", "The municipality's rules and their change");
  profile->require_subcommand(1);
  CLI::App* showing = add_log_verb(*profile, run, words, "show", "Every key of a version", show);
  showing->add_option("--version", words->version, "instead of the one in force")
      ->check(CLI::PositiveNumber);
  showing->add_option("--as-of", words->as_of, "in force on that day; else today");
  add_reading(*showing, words);
  CLI::App* differing =
      add_log_verb(*profile, run, words, "diff", "What differs between two versions", diff);
  differing->add_option("A", words->version, "a version")->required();
  differing->add_option("B", words->other, "another, or the one that waits for approval")
      ->required();
  add_reading(*differing, words);
  CLI::App* proposing =
      add_log_verb(*profile, run, words, "propose", "Proposes the next version", propose);
  proposing->add_option("FILE", words->file, "the keys that change, TOML or .json")->required();
  proposing->add_option("--effective-from", words->effective_from, "the first day")->required();
  proposing->add_option("--by", words->person, "who proposes")->required();
  CLI::App* approving =
      add_log_verb(*profile, run, words, "approve", "Approves what another has proposed", approve);
  approving->add_option("VERSION", words->version, "its number")->required();
  approving->add_option("--by", words->person, "who approves")->required();
}

}  // namespace stafett::tools
