#include "engine/log/signer.h"

#include "engine/log/unsigned_intent.h"
#include "engine/transparency/group_path.h"

namespace stafett::log {

SubmissionGroup Signer::sign(std::vector<Unsigned> events, TimeUs now, Atomic atomic) const {
  CHECK(!events.empty() && events.size() <= format::kSignedGroupMax);
  SubmissionGroup group;
  std::vector<Hash> leaves;
  for (Unsigned& event : events) {
    const format::Intent intent =
        intent_of(event, {origin_hash_, actor_, key_id_, enrolled_at_, custody_}, now,
                  group.events.empty() ? atomic : Atomic::no);
    Submission submission{format::encode(intent), std::move(event.parts), event.mode};
    leaves.push_back(transparency::leaf_hash(submission.intent));
    group.events.push_back(std::move(submission));
  }
  group.signature = key_.sign(format::signed_message(
      origin_hash_, static_cast<std::uint32_t>(leaves.size()), transparency::root_of(leaves)));
  return group;
}

SubmissionGroup Signer::sign_engine(const format::EngineEvent& event, const StreamId& engine_stream,
                                    const EventId& id, TimeUs now) const {
  Unsigned unsigned_event;
  unsigned_event.event = id;
  unsigned_event.stream_kind = format::StreamKind::engine;
  unsigned_event.stream = engine_stream;
  unsigned_event.occurred_at = now;
  unsigned_event.parts.push_back({format::PartClass::public_, {}, format::encode(event)});
  std::vector<Unsigned> events;
  events.push_back(std::move(unsigned_event));
  return sign(std::move(events), now);
}

}  // namespace stafett::log
