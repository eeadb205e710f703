#include "projections/archive/archive_record.h"

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/recorder/bti_log.h"

namespace stafett::bti {

Result<void> record_now(BtiLog& opened, JsonEvent event) {
  event.occurred_at = opened.log->clock().now();
  const std::string of = event.case_label.value_or("");
  const Answer answer = Recorder{*opened.log, *opened.gate}.record_and_wait(std::move(event));
  if (const auto* refusal = std::get_if<log::Refusal>(&answer.result))
    return Error{Errc::refused, of + ": " + refusal->code + ": " + refusal->detail};
  if (const auto* error = std::get_if<Error>(&answer.result)) return *error;
  return {};
}

Result<void> record_archive_read(BtiLog& opened, const std::string& case_label,
                                 const ActorId& archivist) {
  const BookLabels labels{opened.gate->labels()};
  ENGINE_TRY(directory, opened.gate->directory_known(opened.log->head().size));
  JsonEvent read;
  read.case_label = case_label;
  read.type = "EntryRead";
  read.actor = labels.person(opened.log->system().actor());
  read.data = {{"reader", labels.person(archivist)},
               {"capacity", "archivist"},
               {"purpose", "archive"},
               {"visit", "archive " + to_text(opened.log->clock().now())}};
  const Registration* who = directory->person(archivist);
  if (who && !who->service.empty()) read.data["service"] = who->service;
  return record_now(opened, std::move(read));
}

Result<void> record_archive_sent(BtiLog& opened, const ArchiveMessage& message) {
  JsonEvent sent;
  sent.case_label = message.case_label;
  sent.type = "ArchiveSent";
  sent.actor = message.by;
  sent.data = {{"message", message.message},
               {"target", message.target},
               {"externalKey", message.external_key},
               {"digest", to_hex(message.digest.view())}};
  return record_now(opened, std::move(sent));
}

std::string message_id(std::string_view prefix, TimeUs now) {
  std::string id{prefix};
  id += '-';
  for (const char c : to_text(now))
    if (c >= '0' && c <= '9') id += c;
  return id;
}

}  // namespace stafett::bti
