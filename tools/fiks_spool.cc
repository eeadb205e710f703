#include "tools/fiks_spool.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <mutex>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "engine/storage/files.h"
#include "projections/archive/archive_record.h"
#include "projections/archive/arkivmelding.h"
#include "projections/archive/member_text.h"
#include "projections/recorder/bti_log.h"
#include "tools/foreign_file.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

constexpr char kMessageFile[] = "arkivmelding.xml";
constexpr std::size_t kUuidCharacters = 36;

std::string out_of(const std::string& spool) {
  return spool + "/ut";
}

Result<void> make_spool(const std::string& spool) {
  for (const char* name : {"", "/ut", "/inn", "/ferdig"})
    ENGINE_TRY_VOID(storage::posix_files().make_directory(spool + name));
  return {};
}

// What was told of the message that the log waits for; nothing: of none.
const boost::json::object* sent_of(const bti::ClosedLog& log, const std::string& message) {
  for (const boost::json::value& one : log.events) {
    const boost::json::object& event = one.get_object();
    const boost::json::object* data = event.at("data").if_object();
    if (data && event.at("type") == "ArchiveSent" && bti::member_text(*data, "message") == message)
      return data;
  }
  return nullptr;
}

class Sender final {
 public:
  Sender(bti::BtiLog& opened, const FiksWish& wish, const std::string& spool)
      : opened_(opened), wish_(wish), out_(out_of(spool)) {}

  Result<FiksMessage> send(const SubjectId& case_id) {
    ENGINE_TRY(log, bti::take_closed_log(opened_, case_id, wish_.by));
    const boost::json::object& archive = log.state.at("archive").as_object();
    const std::string status = bti::member_text(archive, "status");
    // An error that comes after the receipt is told of as the last, and changes nothing of that.
    if (status == "receipted" || bti::member_text(log.state, "phase") == "archived")
      return Error{Errc::conflict, log.label + " is archived"};
    if (status == "sent") return finish(log, bti::member_text(archive, "message"));
    ENGINE_TRY_VOID(discard_unrecorded(log));
    const std::string message = bti::message_id("fiks", wish_.now);
    const FiksMessage made{log.label, message, log.uuid() + "." + message};
    ENGINE_TRY_VOID(write_and_tell(std::move(log), made));
    ENGINE_TRY_VOID(show(made.folder));
    return made;
  }

 private:
  Result<void> write_and_tell(bti::ClosedLog log, const FiksMessage& made) {
    const Result<Hash> digest = write(std::move(log), hidden(made.folder));
    const Result<void> told =
        digest ? bti::record_archive_sent(
                     opened_, {made.case_label, wish_.by, made.message, "fiks", key_, *digest})
               : digest.error();
    // What the log was certainly not told of is no message: it is not left there in clear.
    if (!digest || (!told && told.error().code() == Errc::refused))
      (void)discard(hidden(made.folder));
    return told;
  }

  static Result<void> discard(const std::string& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return Error{Errc::io, folder + ": " + error.message()};
    return {};
  }

  std::string hidden(const std::string& folder) const { return out_ + "/." + folder; }
  Result<void> show(const std::string& folder) const {
    return storage::posix_files().rename(hidden(folder), out_ + "/" + folder);
  }

  // It was told, and the program ended before it had its name.
  Result<FiksMessage> finish(const bti::ClosedLog& log, const std::string& message) const {
    const FiksMessage made{log.label, message, log.uuid() + "." + message, true};
    const auto file = seen_file(hidden(made.folder), kMessageFile);
    const boost::json::object* sent = sent_of(log, message);
    if (!file || !sent || to_hex(file->sha256.view()) != bti::member_text(*sent, "digest"))
      return Error{Errc::conflict, log.label + " was sent, and is not answered"};
    ENGINE_TRY_VOID(show(made.folder));
    return made;
  }

  // The log was never told of these.
  Result<void> discard_unrecorded(const bti::ClosedLog& log) const {
    ENGINE_TRY(names, storage::posix_files().list(out_));
    for (const std::string& name : names)
      if (name.starts_with("." + log.uuid() + ".")) ENGINE_TRY_VOID(discard(out_ + "/" + name));
    return {};
  }

  Result<Hash> write(bti::ClosedLog log, const std::string& directory) {
    key_ = log.external_key();
    const std::string archivist = log.name_of(wish_.by);
    ENGINE_TRY_VOID(storage::posix_files().make_directory(directory));
    bti::NoarkCase one;
    ENGINE_TRY(printout, write_printout(directory, "utskrift", log, wish_.printout));
    ENGINE_TRY(events, write_events(directory, "hendelser.jsonl", log));
    one.own = {printout, events};
    ENGINE_TRY(documents, write_documents(opened_, directory, ".", log));
    one.documents = std::move(documents);
    for (auto& file : one.documents)
      if (file) file->name = file->name.substr(2);
    const std::string origin = log.origin;
    one.log = std::move(log);
    bti::NoarkExtract extract{origin, origin, archivist, wish_.shielding, wish_.printout.made_at,
                              {}};
    extract.cases.push_back(std::move(one));
    ENGINE_TRY(xml, bti::arkivmelding(extract));
    ENGINE_TRY(file, write_file(directory, kMessageFile, xml));
    return file.sha256;
  }

  bti::BtiLog& opened_;
  const FiksWish& wish_;
  const std::string out_;
  std::string key_;
};

// "<case>.<message>.<kind>".
struct AnswerName {
  SubjectId case_id;
  std::string message, kind;
};
std::optional<AnswerName> parse_name(const std::string& name) {
  if (name.size() < kUuidCharacters + 2 || name[kUuidCharacters] != '.') return std::nullopt;
  const auto id = parse_uuid(std::string_view{name}.substr(0, kUuidCharacters));
  const std::size_t dot = name.find('.', kUuidCharacters + 1);
  if (!id || dot == std::string::npos) return std::nullopt;
  return AnswerName{SubjectId{*id}, name.substr(kUuidCharacters + 1, dot - kUuidCharacters - 1),
                    name.substr(dot + 1)};
}

class Answers final {
 public:
  Answers(bti::BtiLog& opened, const std::string& by, const std::string& spool)
      : opened_(opened), labels_(opened.gate->labels()), by_(by), spool_(spool) {}

  Result<FiksAnswer> take(const std::string& name) {
    FiksAnswer answer;
    answer.name = name;
    answer.result = "unknown";
    const auto parsed = parse_name(name);
    if (!parsed) return answer;
    ENGINE_TRY(sent, was_sent(*parsed));
    if (!sent) return answer;
    answer.case_label = labels_.case_id(parsed->case_id);
    answer.message = parsed->message;
    const auto text = read_foreign_file(spool_ + "/inn/" + name, kAnswerBytesMax);
    if (!text) {
      answer.text = text.error().detail();
      return answer;
    }
    const Result<void> recorded = record_answer(*parsed, *text, answer);
    if (!recorded && recorded.error().code() == Errc::refused) {
      answer.result = "refused";
      answer.text = recorded.error().detail();
      return answer;
    }
    ENGINE_TRY_VOID(recorded);
    if (answer.result == "unknown") return answer;
    ENGINE_TRY_VOID(moved(name));
    return answer;
  }

 private:
  // A message that the log was told of; nothing of an erased case is known any more.
  Result<bool> was_sent(const AnswerName& name) const {
    const Result<bti::CasePtr> handle = opened_.gate->recorded_case(name.case_id);
    if (!handle && handle.error().code() == Errc::erased) return false;
    ENGINE_TRY_VOID(handle);
    if (!*handle) return false;
    const std::lock_guard lock{(*handle)->mutex};
    return (*handle)->record.state().find_id(bti::IdKind::message, name.message) != nullptr;
  }

  Result<void> record_answer(const AnswerName& name, std::string_view text, FiksAnswer& answer) {
    if (name.kind == "mottatt") {
      answer.result = "mottatt";  // the transport has it; the archive has said nothing yet
      return {};
    }
    bti::ArchiveAnswer said;
    if (name.kind == "kvittering.xml") {
      const auto read = bti::read_receipt(text);
      if (!read) return {};
      said = *read;
    } else if (name.kind.starts_with("feilmelding")) {
      said.text = bti::as_line(text);
    } else {
      return {};
    }
    ENGINE_TRY_VOID(record(name, text, said));
    answer.result = said.is_receipt ? "receipted" : "failed";
    answer.text = said.text;
    return {};
  }

  // The same answer is the same event, however often it is found. An id that the log has refused
  // is used up: then the next one. Nothing: it is recorded.
  Result<std::optional<EventId>> next_id(const AnswerName& name, std::string_view text) const {
    constexpr int kRefusalsMax = 1000;
    const std::string answer = to_uuid_text(name.case_id.view()) + "/" + name.message + "/" +
                               name.kind + "/" + to_hex(crypto::sha256(as_bytes(text)).view());
    for (int refusals = 0; refusals < kRefusalsMax; ++refusals) {
      const std::string of = refusals == 0 ? answer : answer + "/" + std::to_string(refusals);
      const EventId id{*parse_uuid(bti::unit_id("answer", of))};
      ENGINE_TRY(found, opened_.log->store().event(id));
      if (std::holds_alternative<Position>(found)) return std::optional<EventId>{};
      if (std::holds_alternative<std::monostate>(found)) return std::optional{id};
    }
    return Error{Errc::refused, "refused too often"};
  }

  Result<void> record(const AnswerName& name, std::string_view text,
                      const bti::ArchiveAnswer& said) {
    ENGINE_TRY(event_id, next_id(name, text));
    if (!event_id) return {};
    bti::JsonEvent event;
    event.id = *event_id;
    event.case_label = labels_.case_id(name.case_id);
    event.type = said.is_receipt ? "ArchiveReceipted" : "ArchiveFailed";
    event.actor = by_;
    event.data = {{"message", name.message}, {said.is_receipt ? "receipt" : "error", said.text}};
    return bti::record_now(opened_, std::move(event));
  }

  Result<void> moved(const std::string& name) const {
    std::error_code error;
    fs::rename(spool_ + "/inn/" + name, spool_ + "/ferdig/" + name, error);
    if (error) return Error{Errc::io, name + ": " + error.message()};
    return {};
  }

  bti::BtiLog& opened_;
  const bti::BookLabels labels_;
  const std::string& by_;
  const std::string& spool_;
};

}  // namespace

Result<FiksMessage> send_to_fiks(bti::BtiLog& opened, const SubjectId& case_id,
                                 const FiksWish& wish, const std::string& spool) {
  ENGINE_TRY_VOID(make_spool(spool));
  return Sender{opened, wish, spool}.send(case_id);
}

Result<std::vector<FiksAnswer>> take_answers(bti::BtiLog& opened, const std::string& by,
                                             const std::string& spool) {
  ENGINE_TRY_VOID(make_spool(spool));
  ENGINE_TRY(names, storage::posix_files().list(spool + "/inn"));
  if (names.size() > kAnswersMax) names.resize(kAnswersMax);
  Answers answers{opened, by, spool};
  std::vector<FiksAnswer> all;
  for (const std::string& name : names) {
    if (name.starts_with('.')) continue;  // is being written
    ENGINE_TRY(answer, answers.take(name));
    all.push_back(std::move(answer));
  }
  return all;
}

}  // namespace stafett::tools
