// stafett append: JSON Lines of events into the log; a receipt or refusal per line.

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/base/encoding.h"
#include "projections/recorder/recorder.h"
#include "tools/command.h"
#include "tools/followed_views.h"
#include "tools/input_lines.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

// Event id -> the file that it carries.
using Attachments = std::map<EventId, std::string>;

// Errors: invalid_argument.
Result<Attachments> parse_attachments(const std::vector<std::string>& words) {
  Attachments attachments;
  for (const std::string& word : words) {
    const std::size_t mark = word.find('=');
    const auto id = parse_uuid(std::string_view{word}.substr(0, mark));
    if (mark == std::string::npos || !id || !attachments.emplace(*id, word.substr(mark + 1)).second)
      return Error{Errc::invalid_argument, "--attach takes ID=FILE, each id once"};
    std::error_code error;
    if (!std::filesystem::is_regular_file(word.substr(mark + 1), error))
      return Error{Errc::not_found, word.substr(mark + 1)};
  }
  return attachments;
}

log::ReadSome reader_of(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  return [file, path](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (!file->is_open()) return Error{Errc::io, "cannot read " + path};
    file->read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
    if (file->bad()) return Error{Errc::io, "cannot read " + path};
    return static_cast<std::size_t>(file->gcount());
  };
}

class Appender final {
 public:
  Appender(bti::BtiLog& log, const Attachments& attachments)
      : recorder_(*log.log, *log.gate), attachments_(attachments) {}

  Result<int> run(InputLines& input) {
    for (;;) {
      ENGINE_TRY(line, input.next([this] { answer_all(); }));
      if (!line) break;
      ++line_number_;
      if (line->too_long)
        refuse("the line is too long");
      else if (line->text.find_first_not_of(" \t\r") != std::string::npos)
        append(line->text);
    }
    answer_all();
    if (unknown_) return int{kFailed};
    return int{refused_ ? kRefused : kDone};
  }

 private:
  void append(const std::string& line) {
    boost::system::error_code error;
    boost::json::value json = boost::json::parse(line, error);
    if (error) return refuse("not JSON: " + error.message());
    const auto on_answer = [this](const bti::Answer& answer) { tell(answer); };
    if (attachments_.empty()) return recorder_.record(json, on_answer);
    auto event = bti::parse_event(json);
    if (!event) return recorder_.record(json, on_answer);  // which answers what is wrong with it
    if (event->id)
      if (const auto found = attachments_.find(*event->id); found != attachments_.end())
        event->attachment = reader_of(found->second);
    recorder_.record(std::move(*event), on_answer);
  }

  // In its place among the others: the recorder answers null in order, here with the reason.
  void refuse(const std::string& why) {
    const std::string detail = "line " + std::to_string(line_number_) + ": " + why;
    recorder_.record(boost::json::value(nullptr), [this, detail](const bti::Answer&) {
      tell(bti::Answer{std::nullopt, log::Refusal{"malformed", "", detail, ""}});
    });
  }

  void tell(const bti::Answer& answer) {
    print_line(answer.to_json());
    refused_ = refused_ || std::holds_alternative<log::Refusal>(answer.result);
    unknown_ = unknown_ || std::holds_alternative<Error>(answer.result);
  }

  // Nothing to read at the moment: whoever waits for the receipts gets them.
  void answer_all() {
    recorder_.drain();
    (void)flush_output();  // main looks at it once more
  }

  bti::Recorder recorder_;
  const Attachments& attachments_;
  std::uint64_t line_number_ = 0;
  bool refused_ = false;
  bool unknown_ = false;
};

struct AppendWords {
  std::string directory, file = "-";
  std::vector<std::string> attachments;
};

Result<int> append(const AppendWords& words) {
  ENGINE_TRY(attachments, parse_attachments(words.attachments));
  ENGINE_TRY(input, InputLines::open(words.file));
  ENGINE_TRY(opened, open_recording(words.directory));
  const FollowedViews views{opened};
  return Appender{opened, attachments}.run(input);
}

}  // namespace

void add_append(CLI::App& app, Run& run) {
  auto words = std::make_shared<AppendWords>();
  CLI::App* command =
      app.add_subcommand("append", "Records events given as JSON Lines; a receipt line for each");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("FILE", words->file, "events; - or nothing: stdin");
  command
      ->add_option("--attach", words->attachments,
                   "ID=FILE: the document of the event ID; may be there several times")
      ->allow_extra_args(false);
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = append(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
