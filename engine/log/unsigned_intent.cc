#include "engine/log/unsigned_intent.h"

#include <algorithm>

#include "engine/transparency/group_path.h"

namespace stafett::log {

format::Intent intent_of(const Unsigned& event, const Signatory& signatory, TimeUs now,
                         Atomic atomic) {
  format::Intent intent;
  intent.origin_hash = signatory.origin_hash;
  intent.event_id = event.event;
  intent.stream_kind = event.stream_kind;
  intent.stream_id = event.stream;
  intent.expects = event.expects;
  intent.expected_head = event.expected_head;
  intent.occurred_at = event.occurred_at;
  intent.asserted_at = now;
  intent.actor = signatory.actor;
  intent.key = signatory.key;
  intent.enrolled_at = signatory.enrolled_at;
  intent.custody = signatory.custody;
  if (signatory.custody != format::Custody::own) intent.evidence = event.evidence;
  intent.corrects = event.corrects;
  intent.atomic = atomic == Atomic::yes;
  for (const format::OpenPart& part : event.parts)
    intent.parts.push_back(format::commit(part, event.event));
  intent.parts.insert(intent.parts.end(), event.attachments.begin(), event.attachments.end());
  std::ranges::sort(intent.parts, {}, &format::PartCommitment::part_class);
  return intent;
}

Bytes message_alone(const Hash& origin_hash, ByteView intent) {
  const Hash leaf = transparency::leaf_hash(intent);
  return format::signed_message(origin_hash, 1, transparency::root_of(std::span{&leaf, 1}));
}

}  // namespace stafett::log
