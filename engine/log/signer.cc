#include "engine/log/signer.h"

#include <algorithm>

#include "engine/transparency/group_path.h"

namespace stafett::log {

SubmissionGroup Signer::sign(std::vector<Unsigned> events, TimeUs now, Atomic atomic) const {
  CHECK(!events.empty() && events.size() <= format::kSignedGroupMax);
  SubmissionGroup group;
  std::vector<Hash> leaves;
  for (Unsigned& event : events) {
    format::Intent intent;
    intent.origin_hash = origin_hash_;
    intent.event_id = event.event;
    intent.stream_kind = event.stream_kind;
    intent.stream_id = event.stream;
    intent.expects = event.expects;
    intent.expected_head = event.expected_head;
    intent.occurred_at = event.occurred_at;
    intent.asserted_at = now;
    intent.actor = actor_;
    intent.key = key_id_;
    intent.enrolled_at = enrolled_at_;
    intent.custody = custody_;
    intent.corrects = std::move(event.corrects);
    intent.atomic = atomic == Atomic::yes && group.events.empty();
    for (const format::OpenPart& part : event.parts)
      intent.parts.push_back(format::commit(part, event.event));
    intent.parts.insert(intent.parts.end(), event.attachments.begin(), event.attachments.end());
    std::ranges::sort(intent.parts, {}, &format::PartCommitment::part_class);
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
