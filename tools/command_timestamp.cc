// stafett timestamp: a third party's word on when a checkpoint was there.

#include <boost/json.hpp>

#include "engine/log/witness/time_stamps.h"
#include "server/auth/https_fetch.h"
#include "tools/command.h"
#include "tools/input_file.h"
#include "tools/open_log.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

// An authority whose clock is further ahead than that is not believed.
constexpr std::int64_t kStampAheadUs = 300'000'000;

struct TimestampWords {
  std::string directory, url, authority, file = "-";
  std::optional<std::uint64_t> size;
  bool json = false;
};

log::TimeStamps stamps_of(const PublicLog& log) {
  return {storage::posix_files(), log::time_stamps_directory(log.paths.database)};
}

// The head at the size that was named, else that of the newest checkpoint.
Result<transparency::TreeHead> head_of(const PublicLog& log, std::optional<std::uint64_t> size) {
  ENGINE_TRY(newest, log.checkpoint());
  if (!size || TreeSize{*size} == newest.head.size) return newest.head;
  if (TreeSize{*size} > newest.head.size)
    return Error{Errc::not_found, "no checkpoint of this size"};
  ENGINE_TRY(root, log::root_at(*log.store, TreeSize{*size}));
  return transparency::TreeHead{TreeSize{*size}, root};
}

Result<int> stamp_request(const TimestampWords& words) {
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(head, head_of(*opened, words.size));
  const Bytes query =
      crypto::time_stamp_request(log::time_stamp_imprint(opened->origin(), head), std::nullopt);
  print_text(as_text(query));
  talk("of size " + std::to_string(head.size.value()));
  return int{kDone};
}

Result<void> keep(const PublicLog& log, const transparency::TreeHead& head, ByteView response,
                  std::optional<std::uint64_t> nonce, const std::string& trusted) {
  ENGINE_TRY(stamp, crypto::check_time_stamp(response, log::time_stamp_imprint(log.origin(), head),
                                             nonce, trusted));
  if (stamp.time.value() > log_options().clock.now().value() + kStampAheadUs)
    return Error{Errc::refused, "stamped at a time that is still to come"};
  ENGINE_TRY_VOID(stamps_of(log).put(head.size, response));
  talk("size " + std::to_string(head.size.value()) + " was there at " + to_text(stamp.time));
  return {};
}

Result<std::string> trusted_of(const TimestampWords& words) {
  return read_input(words.authority, crypto::kTimeStampCertificatesMax);
}

Result<int> stamp_accept(const TimestampWords& words) {
  ENGINE_TRY(trusted, trusted_of(words));
  ENGINE_TRY(response, read_input(words.file, crypto::kTimeStampBytesMax));
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(head, head_of(*opened, words.size));
  ENGINE_TRY_VOID(keep(*opened, head, as_bytes(response), std::nullopt, trusted));
  return int{kDone};
}

Result<int> stamp_ask(const TimestampWords& words) {
  constexpr unsigned kAnswered = 200;
  ENGINE_TRY(trusted, trusted_of(words));
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(head, head_of(*opened, words.size));
  std::array<std::uint8_t, 8> random{};
  system_random().fill(random);
  const auto nonce = from_big_endian<std::uint64_t>(random);
  const Bytes query =
      crypto::time_stamp_request(log::time_stamp_imprint(opened->origin(), head), nonce);
  server::HttpsFetchOptions options;
  options.body_bytes_max = crypto::kTimeStampBytesMax;
  ENGINE_TRY(web, server::HttpsFetch::make(options));
  ENGINE_TRY(answer, web->post(words.url,
                               {std::string{as_text(query)}, {}, "application/timestamp-query"}));
  if (answer.status != kAnswered)
    return Error{Errc::io, "the authority answered " + std::to_string(answer.status)};
  ENGINE_TRY_VOID(keep(*opened, head, as_bytes(answer.body), nonce, trusted));
  return int{kDone};
}

Result<crypto::TimeStamp> checked(const PublicLog& log, TreeSize size, const std::string& trusted) {
  if (size > log.store->size())
    return Error{Errc::conflict, "stamped are more entries than there are"};
  ENGINE_TRY(response, stamps_of(log).at(size));
  ENGINE_TRY(root, log::root_at(*log.store, size));
  return crypto::check_time_stamp(response, log::time_stamp_imprint(log.origin(), {size, root}),
                                  std::nullopt, trusted);
}

// Every stamp that is kept, against the tree as it is now.
Result<int> stamp_verify(const TimestampWords& words) {
  ENGINE_TRY(trusted, trusted_of(words));
  ENGINE_TRY(opened, open_public(words.directory));
  ENGINE_TRY(sizes, stamps_of(*opened).sizes());
  bool all_hold = true;
  for (const TreeSize size : sizes) {
    const auto stamp = checked(*opened, size, trusted);
    all_hold = all_hold && stamp.has_value();
    boost::json::object json{{"size", size.value()}, {"time", nullptr}, {"error", nullptr}};
    if (stamp)
      json["time"] = to_text(stamp->time);
    else
      json["error"] = stamp.error().to_string();
    if (words.json)
      print_line(json);
    else
      print_text(std::to_string(size.value()) + "  " +
                 (stamp ? to_text(stamp->time) : "NOT OK: " + stamp.error().to_string()) + "\n");
  }
  return all_hold ? int{kDone} : int{kVerificationFailed};
}

}  // namespace

void add_timestamp(CLI::App& app, Run& run) {
  const auto words = std::make_shared<TimestampWords>();
  CLI::App* timestamp =
      app.add_subcommand("timestamp", "A third party's word on when a checkpoint was there");
  timestamp->require_subcommand(1);
  const auto add_size = [&](CLI::App* verb) {
    verb->add_option("--size", words->size, "of the checkpoint; without: the newest");
  };
  const auto add_authority = [&](CLI::App* verb) {
    verb->add_option("--ca", words->authority, "FILE of certificates that the stamp leads to, PEM")
        ->required();
  };
  CLI::App* asking =
      add_log_verb(*timestamp, run, words, "ask", "Asks an authority over HTTP", stamp_ask);
  asking->add_option("--url", words->url, "https, or http on this machine")->required();
  add_authority(asking);
  add_size(asking);
  add_size(
      add_log_verb(*timestamp, run, words, "request", "A query (DER) on stdout", stamp_request));
  CLI::App* accepting =
      add_log_verb(*timestamp, run, words, "accept", "Keeps the response to a query", stamp_accept);
  accepting->add_option("FILE", words->file, "the response (DER); - or nothing: stdin");
  add_authority(accepting);
  add_size(accepting);
  CLI::App* verifying =
      add_log_verb(*timestamp, run, words, "verify",
                   "Every stamp against the log; 3: one does not hold", stamp_verify);
  add_authority(verifying);
  verifying->add_flag("--json", words->json, "JSON Lines");
}

}  // namespace stafett::tools
