// stafett log: entries as anybody may read them; with --case or --type, opened content.

#include <poll.h>

#include <boost/json.hpp>

#include <csignal>
#include <filesystem>
#include <set>

#include "engine/base/encoding.h"
#include "projections/recorder/case_reader.h"
#include "tools/command.h"
#include "tools/follow_stream.h"
#include "tools/open_log.h"
#include "tools/public_entry.h"
#include "tools/public_log.h"
#include "tools/show_event.h"

namespace stafett::tools {
namespace {

struct LogWords {
  std::string directory, case_label, type;
  std::string key_file, ca_file, origin, purpose, visit, service;  // over the network
  bool content = false;                                            // the same
  std::uint64_t from = 0;
  std::optional<std::uint64_t> limit;
  bool follow = false;
  bool json = false;
};

volatile std::sig_atomic_t interrupted = 0;

void print_entry(const boost::json::object& entry, bool json) {
  if (json) return print_line(entry);
  std::string line = boost::json::serialize(entry.at("position"));
  line.resize(std::max<std::size_t>(line.size(), 8), ' ');
  for (const char* key : {"recordedAt", "kind", "streamId", "custody"})
    line += "  " + std::string{entry.at(key).as_string()};
  if (const boost::json::value* event = entry.if_contains("event"))
    line += "  " + std::string{event->at("type").as_string()};
  print_text(line + "\n");
}

// Prints [from, size) as far as the limit goes; returns the next position.
Result<Position> print_entries(const storage::Reads& reads, Position from,
                               std::optional<std::uint64_t>& left, bool json) {
  Position next = from;
  ENGINE_TRY_VOID(
      reads.scan_entries(from, Position{reads.size().value()},
                         [&](Position position, ByteView bytes) -> Result<storage::Scan> {
                           if (left && *left == 0) return storage::Scan::stop;
                           ENGINE_TRY(entry, public_entry(position, bytes));
                           print_entry(entry, json);
                           next = Position{position.value() + 1};
                           if (left) --*left;
                           return storage::Scan::more;
                         }));
  return next;
}

// A place of its own for the reader's working files, gone afterwards.
class FollowPlace final {
 public:
  FollowPlace() {
    std::string pattern = (std::filesystem::temp_directory_path() / "stafett-follow-XXXXXX");
    if (::mkdtemp(pattern.data())) path_ = pattern;
  }
  ~FollowPlace() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  FollowPlace(const FollowPlace&) = delete;
  FollowPlace& operator=(const FollowPlace&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<void> follow_entries(const LogWords& words) {
  constexpr std::chrono::milliseconds kBetweenLooks{100};
  const FollowPlace place;
  if (place.path().empty()) return Error{Errc::io, "no place for temporary files"};
  ENGINE_TRY(opened, open_public(words.directory, place.path()));
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  std::optional<std::uint64_t> left = words.limit;
  Position next{words.from};
  while (interrupted == 0 && !(left && *left == 0)) {
    ENGINE_TRY(reached, print_entries(*opened->store, next, left, words.json));
    next = reached;
    if (!flush_output()) return Error{Errc::io, "stdout"};
    ::poll(nullptr, 0, static_cast<int>(kBetweenLooks.count()));  // a signal ends it at once
    ENGINE_TRY_VOID(opened->store->refresh());
  }
  return {};
}

Result<void> list_entries(const LogWords& words) {
  ENGINE_TRY(opened, open_public(words.directory));
  std::optional<std::uint64_t> left = words.limit;
  ENGINE_TRY(next, print_entries(*opened->store, Position{words.from}, left, words.json));
  return {};
}

// Opens what is asked for, and releases an event only after the read of its case is recorded.
class ContentList final {
 public:
  ContentList(bti::BtiLog& log, const LogWords& words)
      : log_(log), words_(words), end_(log.log->head().size), left_(words.limit) {}

  Result<void> run() {
    if (words_.case_label.empty()) {
      for (std::uint64_t p = words_.from; p < end_.value(); ++p) {
        if (left_ && *left_ == 0) return {};
        ENGINE_TRY_VOID(show(Position{p}));
      }
      return {};
    }
    const bti::CaseReader reader{*log_.log, *log_.gate};
    ENGINE_TRY(id, reader.case_named(words_.case_label));
    ENGINE_TRY_VOID(record_read(id));
    ENGINE_TRY(record, log_.gate->source().subject(id));
    ENGINE_TRY(events, log_.gate->source().of_case(*record, end_));
    for (const bti::EventPtr& event : events) {
      if (left_ && *left_ == 0) return {};
      if (event->position.value() >= words_.from) ENGINE_TRY_VOID(show(event->position));
    }
    return {};
  }

 private:
  Result<void> record_read(const SubjectId& id) {
    if (!read_.insert(id).second) return {};
    return bti::record_operator_read(*log_.log, *log_.gate, id, "log");
  }
  Result<void> show(Position position) {
    ENGINE_TRY(opened, log_.log->opener().open(position));
    if (opened.entry.intent.stream_kind == format::StreamKind::engine) return {};
    const bti::BookLabels labels{log_.gate->labels()};
    ENGINE_TRY(json, bti::recorded_json(opened, *log_.gate, labels));
    const boost::json::string* type = json.at("type").if_string();
    if (!words_.type.empty() && !(type && std::string_view{*type} == words_.type)) return {};
    if (opened.stream && !opened.stream->subject.is_zero())
      ENGINE_TRY_VOID(record_read(opened.stream->subject));
    ENGINE_TRY_VOID(show_sign_in(opened, json));
    words_.json ? print_line(json) : print_text(event_line(json));
    if (left_) --*left_;
    return {};
  }

  // What the sign-in said that the event was signed after.
  Result<void> show_sign_in(const log::OpenedEntry& opened, boost::json::object& json) {
    if (!opened.entry.intent.evidence) return {};
    json["evidence"] = to_hex(opened.entry.intent.evidence->view());
    ENGINE_TRY(claims, log_.gate->evidence().opened(*opened.entry.intent.evidence));
    if (claims) json["signIn"] = std::move(*claims);
    return {};
  }

  bti::BtiLog& log_;
  const LogWords& words_;
  const TreeSize end_;
  std::optional<std::uint64_t> left_;
  std::set<SubjectId> read_;
};

Result<void> list_content(const LogWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  return ContentList{opened, words}.run();
}

int run_log(const LogWords& words) {
  const bool content = !words.case_label.empty() || !words.type.empty();
  if (is_stream_url(words.directory))
    return follow_stream({words.directory, words.key_file, words.origin, words.purpose, words.visit,
                          words.service, words.case_label, words.type, words.from, words.limit,
                          content || words.content, words.follow, words.json, words.ca_file});
  if (words.content || !words.key_file.empty() || !words.origin.empty() || !words.purpose.empty() ||
      !words.visit.empty() || !words.service.empty() || !words.ca_file.empty())
    return fail_usage(
        "--key, --ca, --origin, --purpose, --visit, --service and --content: of stafett://...");
  if (content && words.follow)
    return fail_usage("--follow shows entries; content is opened with the log's lock");
  if (!words.type.empty() && !bti::registry().find(std::string_view{words.type}))
    return fail_usage("--type: not a type of the catalogue");
  const Result<void> done = content        ? list_content(words)
                            : words.follow ? follow_entries(words)
                                           : list_entries(words);
  return done ? kDone : fail(done.error());
}

}  // namespace

void add_log(CLI::App& app, Run& run) {
  auto words = std::make_shared<LogWords>();
  CLI::App* command = app.add_subcommand(
      "log", "Lists entries, without keys; with --case or --type opens content, and records that");
  command->add_option("DIR", words->directory, "the log, or stafett[s]://HOST:PORT/NAME")
      ->required();
  command->add_option("--from", words->from, "first position");
  command->add_option("--limit", words->limit, "how many at most");
  command->add_option("--case", words->case_label, "events of one case, opened");
  command->add_option("--type", words->type, "events of one type, opened");
  command->add_flag("--follow", words->follow,
                    "goes on with what a writer adds, until interrupted");
  command->add_flag("--json", words->json, "JSON Lines");
  command->add_option("--key", words->key_file, "whose key signs in, of stafett://...");
  command->add_option("--ca", words->ca_file, "PEM, whose certificates count, of stafetts://...");
  command->add_option("--origin", words->origin, "which log is meant, of stafett://...");
  command->add_option("--purpose", words->purpose, "what it is read for, of stafett://...");
  command->add_option("--visit", words->visit, "a name for this sitting, of stafett://...");
  command->add_option("--service", words->service, "the reader's own, of stafett://...");
  command->add_flag("--content", words->content, "what of all cases is given, of stafett://...");
  command->callback([words, &run] { run = [words] { return run_log(*words); }; });
}

}  // namespace stafett::tools
