// stafett append: JSON Lines of events into the log; a receipt or refusal per line.

#include <boost/json.hpp>

#include "projections/recorder/recorder.h"
#include "tools/command.h"
#include "tools/input_lines.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

class Appender final {
 public:
  explicit Appender(bti::BtiLog& log) : recorder_(*log.log, *log.gate) {}

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
    recorder_.record(json, [this](const bti::Answer& answer) { tell(answer); });
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
  std::uint64_t line_number_ = 0;
  bool refused_ = false;
  bool unknown_ = false;
};

Result<int> append(const std::string& directory, const std::string& file) {
  ENGINE_TRY(input, InputLines::open(file));
  ENGINE_TRY(opened, open_recording(directory));
  return Appender{opened}.run(input);
}

}  // namespace

void add_append(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>("-");
  CLI::App* command =
      app.add_subcommand("append", "Records events given as JSON Lines; a receipt line for each");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_option("FILE", *file, "events; - or nothing: stdin");
  command->callback([directory, file, &run] {
    run = [directory, file] {
      const Result<int> code = append(*directory, *file);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
