#include "tools/follow_stream.h"

#include <boost/json.hpp>
#include <csignal>

#include "engine/log/keeping/root_key.h"
#include "server/client/remote_client.h"
#include "tools/opened_entry.h"
#include "tools/public_entry.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

using namespace server::client;

constexpr std::string_view kScheme = "stafett://", kEncrypted = "stafetts://";
volatile std::sig_atomic_t is_stopped = 0;

struct Place {
  std::string endpoint, log;
  bool is_encrypted = false;
};

Result<Place> place_of(const std::string& url) {
  const bool is_encrypted = url.starts_with(kEncrypted);
  std::string rest = url.substr((is_encrypted ? kEncrypted : kScheme).size());
  if (rest.ends_with('/')) rest.pop_back();
  const std::size_t slash = rest.find('/');
  if (slash == std::string::npos || slash + 1 == rest.size() ||
      rest.find('/', slash + 1) != std::string::npos)
    return Error{Errc::invalid_argument, "'" + url + "' is not stafett://ADDRESS:PORT/LOG"};
  return Place{rest.substr(0, slash), rest.substr(slash + 1), is_encrypted};
}

Wish wish_of(const StreamWords& words) {
  Wish wish{words.purpose, words.visit, words.service, words.case_label};
  if (!words.type.empty()) wish.types = {words.type};
  if (words.content)
    wish.classes.add(format::PartClass::fact)
        .add(format::PartClass::narrative)
        .add(format::PartClass::identity);
  if (words.from > 0) wish.after = Position{words.from - 1};
  return wish;
}

Result<void> print(const ReceivedEvent& event, bool json) {
  ENGINE_TRY(shown, opened_entry(event));
  if (json) {
    print_line(shown);
    return {};
  }
  std::string line = std::to_string(event.position.value());
  line.resize(std::max<std::size_t>(line.size(), 8), ' ');
  for (const char* key : {"recordedAt", "kind", "streamId", "custody", "type"})
    if (const boost::json::value* value = shown.if_contains(key))
      line += "  " + std::string{value->as_string()};
  print_text(line + "\n");
  return {};
}

Result<int> follow(const StreamWords& words) {
  constexpr std::chrono::milliseconds kBetweenLooks{100};
  ENGINE_TRY(place, place_of(words.url));
  ENGINE_TRY(key, log::load_signing_key(words.key_file));
  RemoteOptions options;
  options.endpoint = place.endpoint;
  options.log = place.log;
  options.origin = words.origin;
  if (place.is_encrypted) options.tls = RemoteTls{words.ca_file};
  ENGINE_TRY(client, RemoteClient::connect(std::move(options), key));
  ENGINE_TRY(stream, client->subscribe(wish_of(words)));
  std::uint64_t left = words.limit.value_or(UINT64_MAX);
  bool is_flushed = true;
  while (is_stopped == 0 && left > 0) {
    // What has been printed is shown as soon as nothing more is at hand.
    ENGINE_TRY(item, stream->next(is_flushed ? kBetweenLooks : std::chrono::milliseconds{0}));
    if (!item) {
      if (!flush_output()) return Error{Errc::io, "stdout"};
      is_flushed = true;
      continue;
    }
    if (const auto* event = std::get_if<ReceivedEvent>(&*item)) {
      ENGINE_TRY_VOID(print(*event, words.json));
      is_flushed = false;
      --left;
    } else if (const auto* ended = std::get_if<Ended>(&*item)) {
      return Error{Errc::refused,
                   ended->rule.empty() ? ended->why : ended->why + ": " + ended->rule};
    } else if (std::holds_alternative<CaughtUp>(*item) && !words.follow) {
      break;
    }
  }
  return int{kDone};
}

}  // namespace

bool is_stream_url(const std::string& text) {
  return text.starts_with(kScheme) || text.starts_with(kEncrypted);
}

int follow_stream(const StreamWords& words) {
  if (words.key_file.empty() || words.purpose.empty() || words.visit.empty())
    return fail_usage("a log over the network is read with --key, --purpose and --visit");
  std::signal(SIGINT, [](int) { is_stopped = 1; });
  std::signal(SIGTERM, [](int) { is_stopped = 1; });
  const Result<int> code = follow(words);
  return code ? *code : fail(code.error());
}

}  // namespace stafett::tools
