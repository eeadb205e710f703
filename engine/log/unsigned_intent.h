#pragma once
// The intent of an event before it is signed: here with a key kept here, or elsewhere by whoever
// keeps the key.
//
// Threads: any.

#include "engine/log/signer.h"

namespace stafett::log {

// Whose signature it will be.
struct Signatory {
  Hash origin_hash;
  ActorId actor;
  KeyId key;
  Position enrolled_at;
  format::Custody custody = format::Custody::own;
};

// Commits to the event's parts, in the order of their classes. The parts themselves stay.
format::Intent intent_of(const Unsigned& event, const Signatory& signatory, TimeUs now,
                         Atomic atomic = Atomic::no);

// What is signed for one intent alone.
Bytes message_alone(const Hash& origin_hash, ByteView intent);

}  // namespace stafett::log
