#pragma once
// Having one witness cosign one checkpoint of a log, if it has not yet, and keeping what it signed.
//
// Source:  c2sp.org/tlog-witness.
// Threads: any; waits for the witness.

#include "engine/log/witness/cosigned_checkpoints.h"
#include "server/auth/web_fetch.h"

namespace stafett::server {

// Lifetime: everything referred to outlives the call.
struct AskingPlace {
  const storage::Reads& reads;  // of the log
  log::CosignedCheckpoints& cosigned;
  WebFetch& web;
  Clock& clock;
};

struct AskedWitness {
  enum class State { cosigned, already, no_url, failed };
  State state = State::failed;
  std::string detail{};  // why it failed, for people
};
std::string_view state_name(AskedWitness::State state);  // "no-url"

// `note` is the checkpoint whose head is `head`. What it signed is on the disk when it is cosigned.
AskedWitness have_cosigned(const AskingPlace& place, const transparency::PolicyWitness& witness,
                           const transparency::TreeHead& head, const std::string& note);

}  // namespace stafett::server
