#pragma once
// Fixed values and the bytes that the code makes of them: what docs/formats/ shows.

#include <map>
#include <string>
#include <vector>

#include "engine/crypto/ed25519.h"
#include "engine/format/engine_event.h"
#include "engine/format/entry.h"
#include "engine/format/part.h"
#include "tests/support/repeated.h"

namespace stafett::format::golden {

using stafett::testing::repeated;
EventId event_id(std::uint8_t last);

Hash origin_hash();              // of stafett.example/9901
crypto::SigningKey actor_key();  // seed: 32 bytes of value 1
crypto::SigningKey log_key();    // seed: 32 bytes of value 2
Bytes domain_key();              // 32 bytes of value 3

OpenPart fact_part();
Intent simple_intent();  // one fact part, nothing optional
Intent full_intent();    // every optional field
Intent engine_intent();  // of clock_stepped()
EngineEvent clock_stepped();
std::vector<EngineEvent> engine_events();  // one of each kind, in the variant's order

struct SignedGroup {
  std::vector<Bytes> intents;
  std::vector<Hash> leaves;
  Hash root;
  Bytes message;
  crypto::Signature signature;
  std::vector<std::vector<Hash>> paths;
};
SignedGroup signed_group(const std::vector<Intent>& intents);
std::vector<Intent> three_intents();

Bytes entry();         // simple_intent(), signed alone
Bytes group_entry();   // the middle one of three_intents()
Bytes engine_entry();  // engine_intent()

// Page -> block -> bytes.
std::map<std::string, std::map<std::string, Bytes>> pages();

}  // namespace stafett::format::golden
