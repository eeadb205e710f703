// What the server writes.

#include "server/native/event_writer.h"
#include "server/native/frame_parts.h"

namespace stafett::server::native {
namespace {

using parts::as_text_field;

void write_receipt(schema::Receipt::Builder to, const log::Receipt& from) {
  to.setPosition(from.position.value());
  to.setVersion(from.version.value());
  to.setRecordedAt(from.recorded_at.value());
  to.setFirst(from.group.first.value());
  to.setCount(from.group.count);
  to.setStreamKind(static_cast<std::uint8_t>(from.stream_kind));
  to.setEvent(format::as_data(from.event.view()));
  to.setStream(format::as_data(from.stream.view()));
  to.setLeafHash(format::as_data(from.leaf_hash.view()));
  to.setSignature(format::as_data(from.group.signature.view()));
  if (from.path.empty()) return;
  auto path = to.initPath(static_cast<unsigned>(from.path.size()));
  for (unsigned i = 0; i < path.size(); ++i) path.set(i, format::as_data(from.path[i].view()));
}

void write_refusal(schema::Refusal::Builder to, const Refused& from) {
  to.setAgain(from.again);
  to.setCode(as_text_field(from.refusal.code));
  if (!from.refusal.rule.empty()) to.setRule(as_text_field(from.refusal.rule));
  if (!from.refusal.detail.empty()) to.setDetail(as_text_field(from.refusal.detail));
  const std::string pointer = from.refusal.pointer.value_or("");
  if (!pointer.empty()) to.setPointer(as_text_field(pointer));
}

struct ServerWriter {
  schema::ServerFrame::Builder frame;

  void operator()(const HelloFrame& from) {
    auto to = frame.initHello();
    to.setVersion(from.version);
    to.setChallenge(format::as_data(from.challenge.view()));
    auto logs = to.initLogs(static_cast<unsigned>(from.logs.size()));
    for (unsigned i = 0; i < logs.size(); ++i) {
      logs[i].setName(as_text_field(from.logs[i].name));
      logs[i].setOrigin(as_text_field(from.logs[i].origin));
    }
  }
  void operator()(const SignedInFrame& from) {
    auto to = frame.initSignedIn();
    to.setSize(from.size.value());
    to.setEndsAt(from.ends_at.value());
    to.setActor(format::as_data(from.actor.view()));
  }
  void operator()(const AnswerFrame& from) {
    auto to = frame.initAnswer();
    to.setRequest(from.request);
    auto outcomes = to.initOutcomes(static_cast<unsigned>(from.outcomes.size()));
    for (unsigned i = 0; i < outcomes.size(); ++i) {
      if (const auto* receipt = std::get_if<log::Receipt>(&from.outcomes[i]))
        write_receipt(outcomes[i].initReceipt(), *receipt);
      else
        write_refusal(outcomes[i].initRefusal(), std::get<Refused>(from.outcomes[i]));
    }
  }
  void operator()(const EventFrame& from) {
    auto to = frame.initEvent();
    to.setRequest(from.request);
    to.setPosition(from.position.value());
    to.setEntry(format::as_data(from.entry));
    if (!from.openings.empty())
      parts::write_openings(to.initOpenings(static_cast<unsigned>(from.openings.size())),
                            from.openings);
    if (from.case_id) to.setCase(format::as_data(from.case_id->view()));
  }
  void operator()(const CaughtUpFrame& from) {
    auto to = frame.initCaughtUp();
    to.setRequest(from.request);
    to.setSize(from.size.value());
    if (!from.checkpoint.empty()) to.setCheckpoint(as_text_field(from.checkpoint));
  }
  void operator()(const FellBehindFrame& from) {
    auto to = frame.initFellBehind();
    to.setRequest(from.request);
    to.setSize(from.size.value());
    to.setLookedAt(from.looked_at.value());
  }
  void operator()(const HeartbeatFrame& from) {
    auto to = frame.initHeartbeat();
    to.setRequest(from.request);
    to.setSize(from.size.value());
    to.setLookedAt(from.looked_at.value());
    if (!from.checkpoint.empty()) to.setCheckpoint(as_text_field(from.checkpoint));
  }
  void operator()(const EndedFrame& from) {
    auto to = frame.initEnded();
    to.setRequest(from.request);
    to.setWhy(as_text_field(from.why));
    if (!from.rule.empty()) to.setRule(as_text_field(from.rule));
  }
  void operator()(const CaseEndedFrame& from) {
    auto to = frame.initCaseEnded();
    to.setRequest(from.request);
    to.setCase(format::as_data(from.case_id.view()));
    to.setRule(as_text_field(from.rule));
  }
  void operator()(const FaultFrame& from) {
    auto to = frame.initFault();
    to.setRequest(from.request);
    to.setCode(as_text_field(from.code));
    if (!from.detail.empty()) to.setDetail(as_text_field(from.detail));
  }
};

}  // namespace

Result<void> write_frame(Bytes& to, const ServerFrame& frame) {
  if (const auto* event = std::get_if<EventFrame>(&frame))
    return EventWriter{}.write(
        to, {event->request, event->position, event->entry, event->openings, event->case_id},
        log::PartSet::all());
  return parts::write_message<schema::ServerFrame>(
      to, [&](schema::ServerFrame::Builder root) { std::visit(ServerWriter{root}, frame); });
}

}  // namespace stafett::server::native
