#pragma once
// One frame of each kind, whose bytes are on the page of the native stream.

#include <map>
#include <string>

#include "engine/base/clock.h"
#include "server/native/frames.h"

namespace stafett::server::native::testing {

template <class Id>
Id filled(std::uint8_t value) {
  Id id;
  std::memset(id.data(), value, Id::kBytes);
  return id;
}

inline format::OpenPart fact_opening() {
  return {format::PartClass::fact, filled<format::Salt>(0x55), {1, 2, 3}};
}

inline std::map<std::string, ClientFrame> client_frames() {
  AppendFrame append{7, {{{{0xaa, 0xbb}, {fact_opening()}}}, filled<crypto::Signature>(0x77)}};
  SubscribeFrame all{8, "control", "v1", "", "", {}, {}, std::nullopt, {100, 65536}};
  SubscribeFrame some{9,  "followUp",   "v1",  "school", "case-1", {"NoteAdded"},
                      {}, Position{41}, {1, 1}};
  some.classes.add(format::PartClass::fact).add(format::PartClass::narrative);
  return {{"sign-in", SignInFrame{"9901", filled<KeyId>(0x11), filled<crypto::Signature>(0x22)}},
          {"append", append},
          {"subscribe", all},
          {"subscribe-to-a-case", some},
          {"grant", GrantFrame{8, {50, 32768}}},
          {"cancel", CancelFrame{8}}};
}

inline std::map<std::string, ServerFrame> server_frames() {
  log::Receipt receipt;
  receipt.event = filled<EventId>(0x01);
  receipt.stream = filled<StreamId>(0xc1);
  receipt.position = Position{41};
  receipt.version = Version{3};
  receipt.leaf_hash = filled<Hash>(0x33);
  receipt.recorded_at = *parse_time("2026-02-24T09:00:00Z");
  receipt.group = {Position{40}, 2, filled<crypto::Signature>(0x44)};
  receipt.path = {filled<Hash>(0x66)};
  const Refused refused{{"level0-needs-leader", "H09", "", "/actor"}, false};
  return {{"hello", HelloFrame{1, filled<Challenge>(0xcc), {{"9901", "stafett.example/9901"}}}},
          {"signed-in",
           SignedInFrame{TreeSize{42}, *parse_time("2026-02-24T21:00:00Z"), filled<ActorId>(0xa1)}},
          {"answer", AnswerFrame{7, {receipt, refused}}},
          {"event",
           EventFrame{9, Position{42}, {0xaa, 0xbb}, {fact_opening()}, filled<SubjectId>(0x0c)}},
          {"caught-up", CaughtUpFrame{9, TreeSize{43}, "a note\n"}},
          {"fell-behind", FellBehindFrame{9, TreeSize{20043}, TreeSize{43}}},
          {"heartbeat", HeartbeatFrame{9, TreeSize{50}, TreeSize{50}, "a note\n"}},
          {"case-ended", CaseEndedFrame{9, filled<SubjectId>(0x0c), "read-not-covered"}},
          {"ended", EndedFrame{9, "access-ended", "read-not-covered"}},
          {"fault", FaultFrame{0, "sign-in-refused", ""}}};
}

}  // namespace stafett::server::native::testing
