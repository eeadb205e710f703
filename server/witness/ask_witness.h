#pragma once
// A log's side of asking a witness: sends a checkpoint, goes on from where the witness says that it
// is, hands back the checkpoint with what the witness has signed.
//
// Source:  c2sp.org/tlog-witness (add-checkpoint).
// Threads: any; waits for the witness, as long as `web` does.
// Limits:  two requests; an answer as large as `web` takes.

#include <functional>
#include <string>

#include "engine/base/ids.h"
#include "server/auth/web_fetch.h"

namespace stafett::server {

struct WitnessQuestion {
  std::string url;         // the witness's submission prefix
  std::string checkpoint;  // the note
  TreeSize old_size{0};    // what it cosigned last, as far as is known here
  // The request that goes on from this size. Errors: those of make_witness_request.
  std::function<Result<std::string>(TreeSize)> request;
};

// The note with the answer's lines behind it: nothing of them has been verified.
// Errors: refused (the witness does not cosign: the detail has its status), malformed (its answer
// is no answer), io (not reached), invalid_argument (it has cosigned a larger log), and those of
// `request`.
Result<std::string> ask_witness(WebFetch& web, const WitnessQuestion& question);

}  // namespace stafett::server
