// What a client reads.

#include "server/native/frame_parts.h"

namespace stafett::server::native {
namespace {

using parts::bounded_text;

constexpr std::size_t kCheckpointBytesMax = 64 * 1024;

Result<ServerFrame> read(schema::Hello::Reader from) {
  HelloFrame to;
  to.version = from.getVersion();
  ENGINE_TRY(challenge, format::id_field<Challenge>(from.getChallenge(), "challenge"));
  to.challenge = challenge;
  const auto logs = from.getLogs();
  if (logs.size() > kLogsMax) return Error{Errc::too_large, "logs"};
  for (const auto one : logs) {
    ENGINE_TRY(name, bounded_text(one.getName(), "name"));
    ENGINE_TRY(origin, bounded_text(one.getOrigin(), "origin"));
    to.logs.push_back({std::move(name), std::move(origin)});
  }
  return ServerFrame{std::move(to)};
}

Result<ServerFrame> read(schema::SignedIn::Reader from) {
  ENGINE_TRY(actor, format::id_field<ActorId>(from.getActor(), "actor"));
  return ServerFrame{SignedInFrame{TreeSize{from.getSize()}, TimeUs{from.getEndsAt()}, actor}};
}

Result<log::Receipt> read_receipt(schema::Receipt::Reader from) {
  log::Receipt to;
  to.position = Position{from.getPosition()};
  to.version = Version{from.getVersion()};
  to.recorded_at = TimeUs{from.getRecordedAt()};
  to.group.first = Position{from.getFirst()};
  to.group.count = from.getCount();
  const std::uint8_t kind = from.getStreamKind();
  if (kind < 1 || kind > static_cast<std::uint8_t>(format::StreamKind::access))
    return Error{Errc::unsupported, "streamKind"};
  to.stream_kind = static_cast<format::StreamKind>(kind);
  ENGINE_TRY(event, format::id_field<EventId>(from.getEvent(), "event"));
  to.event = event;
  ENGINE_TRY(stream, format::id_field<StreamId>(from.getStream(), "stream"));
  to.stream = stream;
  ENGINE_TRY(leaf_hash, format::id_field<Hash>(from.getLeafHash(), "leafHash"));
  to.leaf_hash = leaf_hash;
  ENGINE_TRY(signature, format::id_field<crypto::Signature>(from.getSignature(), "signature"));
  to.group.signature = signature;
  const auto path = from.getPath();
  if (path.size() > 63) return Error{Errc::too_large, "path"};
  for (const auto one : path) {
    ENGINE_TRY(node, format::id_field<Hash>(one, "path"));
    to.path.push_back(node);
  }
  return to;
}

Result<Refused> read_refusal(schema::Refusal::Reader from) {
  Refused to;
  to.again = from.getAgain();
  ENGINE_TRY(code, bounded_text(from.getCode(), "code"));
  to.refusal.code = std::move(code);
  ENGINE_TRY(rule, bounded_text(from.getRule(), "rule"));
  to.refusal.rule = std::move(rule);
  ENGINE_TRY(detail, bounded_text(from.getDetail(), "detail", kFrameBytesMax));
  to.refusal.detail = std::move(detail);
  ENGINE_TRY(pointer, bounded_text(from.getPointer(), "pointer", kFrameBytesMax));
  if (!pointer.empty()) to.refusal.pointer = std::move(pointer);
  return to;
}

Result<ServerFrame> read(schema::Answer::Reader from) {
  AnswerFrame to;
  to.request = from.getRequest();
  const auto outcomes = from.getOutcomes();
  if (outcomes.size() > format::kSignedGroupMax) return Error{Errc::too_large, "outcomes"};
  for (const auto one : outcomes) {
    switch (one.which()) {
      case schema::Outcome::RECEIPT: {
        ENGINE_TRY(receipt, read_receipt(one.getReceipt()));
        to.outcomes.emplace_back(std::move(receipt));
        break;
      }
      case schema::Outcome::REFUSAL: {
        ENGINE_TRY(refusal, read_refusal(one.getRefusal()));
        to.outcomes.emplace_back(std::move(refusal));
        break;
      }
      default:
        return Error{Errc::unsupported, "an unknown kind of outcome"};
    }
  }
  return ServerFrame{std::move(to)};
}

Result<ServerFrame> read(schema::Event::Reader from) {
  EventFrame to;
  to.request = from.getRequest();
  to.position = Position{from.getPosition()};
  const auto entry = from.getEntry();
  if (entry.size() > format::kEntryBytesMax) return Error{Errc::too_large, "entry"};
  to.entry.assign(entry.begin(), entry.end());
  ENGINE_TRY(openings, parts::read_openings(from.getOpenings(), format::PartClass::public_));
  to.openings = std::move(openings);
  if (from.getCase().size() > 0) {
    ENGINE_TRY(case_id, format::id_field<SubjectId>(from.getCase(), "case"));
    to.case_id = case_id;
  }
  return ServerFrame{std::move(to)};
}

Result<ServerFrame> read(schema::CaseEnded::Reader from) {
  ENGINE_TRY(case_id, format::id_field<SubjectId>(from.getCase(), "case"));
  ENGINE_TRY(rule, bounded_text(from.getRule(), "rule"));
  return ServerFrame{CaseEndedFrame{from.getRequest(), case_id, std::move(rule)}};
}

Result<ServerFrame> read(schema::CaughtUp::Reader from) {
  ENGINE_TRY(checkpoint, bounded_text(from.getCheckpoint(), "checkpoint", kCheckpointBytesMax));
  return ServerFrame{
      CaughtUpFrame{from.getRequest(), TreeSize{from.getSize()}, std::move(checkpoint)}};
}

Result<ServerFrame> read(schema::Heartbeat::Reader from) {
  ENGINE_TRY(checkpoint, bounded_text(from.getCheckpoint(), "checkpoint", kCheckpointBytesMax));
  return ServerFrame{HeartbeatFrame{from.getRequest(), TreeSize{from.getSize()},
                                    TreeSize{from.getLookedAt()}, std::move(checkpoint)}};
}

Result<ServerFrame> read(schema::FellBehind::Reader from) {
  return ServerFrame{
      FellBehindFrame{from.getRequest(), TreeSize{from.getSize()}, TreeSize{from.getLookedAt()}}};
}

Result<ServerFrame> read(schema::Ended::Reader from) {
  ENGINE_TRY(why, bounded_text(from.getWhy(), "why"));
  ENGINE_TRY(rule, bounded_text(from.getRule(), "rule"));
  return ServerFrame{EndedFrame{from.getRequest(), std::move(why), std::move(rule)}};
}

Result<ServerFrame> read(schema::Fault::Reader from) {
  ENGINE_TRY(code, bounded_text(from.getCode(), "code"));
  ENGINE_TRY(detail, bounded_text(from.getDetail(), "detail"));
  return ServerFrame{FaultFrame{from.getRequest(), std::move(code), std::move(detail)}};
}

Result<ServerFrame> read_root(schema::ServerFrame::Reader root) {
  switch (root.which()) {
    case schema::ServerFrame::HELLO:
      return read(root.getHello());
    case schema::ServerFrame::SIGNED_IN:
      return read(root.getSignedIn());
    case schema::ServerFrame::ANSWER:
      return read(root.getAnswer());
    case schema::ServerFrame::EVENT:
      return read(root.getEvent());
    case schema::ServerFrame::CAUGHT_UP:
      return read(root.getCaughtUp());
    case schema::ServerFrame::FELL_BEHIND:
      return read(root.getFellBehind());
    case schema::ServerFrame::HEARTBEAT:
      return read(root.getHeartbeat());
    case schema::ServerFrame::ENDED:
      return read(root.getEnded());
    case schema::ServerFrame::FAULT:
      return read(root.getFault());
    case schema::ServerFrame::CASE_ENDED:
      return read(root.getCaseEnded());
    default:
      return Error{Errc::unsupported, "an unknown kind of frame"};
  }
}

}  // namespace

Result<ServerFrame> read_server_frame(ByteView frame) {
  return format::with_message<schema::ServerFrame>(frame, read_root, format::Trust::own);
}

}  // namespace stafett::server::native
