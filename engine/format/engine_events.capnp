@0xc8f5a2e1d3b79046;
# The public parts of the engine stream: keys, restarts, erasures, digests. Pseudonymous ids only,
# never anything about a person. Canonical bytes inside the entry.

using Cxx = import "/capnp/c++.capnp";
using Intent = import "intent.capnp";
$Cxx.namespace("stafett::format::schema");

struct EngineEvent {
  union {
    unset @0 :Void;
    genesis @1 :Genesis;
    keyEnrolled @2 :KeyEnrolled;
    keyRotated @3 :KeyRotated;
    keyRevoked @4 :KeyRevoked;
    logKeyRotated @5 :LogKeyRotated;
    rootKeyRotated @6 :RootKeyRotated;
    eventReattested @7 :EventReattested;
    erasureOrdered @8 :ErasureOrdered;
    erasureApproved @9 :ErasureApproved;
    erasureCompleted @10 :ErasureCompleted;
    logRestored @11 :LogRestored;
    clockStepped @12 :ClockStepped;
    witnessPolicyChanged @13 :WitnessPolicyChanged;
    projectionDigested @14 :ProjectionDigested;
    streamHeads @15 :StreamHeads;
  }
}

struct Genesis {
  formatVersion @0 :UInt16;
  threshold @1 :UInt16;          # how many administrators a key or root change asks for
  origin @2 :Text;
  logKey @3 :Data;               # Ed25519, 32 bytes; signs checkpoints and receipts
  profileDigest @4 :Data;        # SHA-256 of the first municipal profile's canonical JSON
  administrators @5 :List(Administrator);
}
struct Administrator {
  actor @0 :Data;
  publicKey @1 :Data;
  custody @2 :Intent.Custody;
}
struct KeyEnrolled {
  actor @0 :Data;
  publicKey @1 :Data;
  custody @2 :Intent.Custody;
  possession @3 :Data;           # by the new key over "stafett/enrol/v1\0" || origin hash || actor || key
}
struct KeyRotated {              # signed by the old key, possession by the new
  oldKey @0 :Data;               # key id
  publicKey @1 :Data;
  possession @2 :Data;
}
struct KeyRevoked {
  key @0 :Data;                  # key id
  compromisedSince @1 :UInt64 = 0xffffffffffffffff;  # position; the default: not compromised
  reason @2 :Reason;
  enum Reason { unset @0; left @1; lost @2; compromised @3; replaced @4; }
}
struct LogKeyRotated {           # signs receipts and checkpoints of all that comes after it
  publicKey @0 :Data;
  possession @1 :Data;           # by the new key over "stafett/log-key/v1\0" || origin hash || old || new
  handover @2 :Data;             # by the old key over the same
}
struct RootKeyRotated { rootKeyId @0 :Data; }
struct EventReattested { position @0 :UInt64; leafHash @1 :Data; }
struct ErasureOrdered {
  order @0 :Data;                # 16 bytes
  ranges @1 :List(Range);        # positions whose parts go
  basis @2 :Basis;
  enum Basis { unset @0; retention @1; request @2; court @3; }
  struct Range { first @0 :UInt64; end @1 :UInt64; classes @2 :UInt32; }
}
struct ErasureApproved { order @0 :Data; }
struct ErasureCompleted {
  order @0 :Data;
  partsDeleted @1 :UInt64;
  evidence @2 :Data;
}
struct LogRestored {
  size @0 :UInt64;               # what the database held when it was accepted
  root @1 :Data;
  guardSize @2 :UInt64;          # what the guard asked for; 0 when it was missing
  guardRoot @3 :Data;
}
struct ClockStepped { from @0 :Int64; to @1 :Int64; }
struct WitnessPolicyChanged { policy @0 :Text; }
struct ProjectionDigested {
  name @0 :Text;
  version @1 :UInt32;
  size @2 :UInt64;
  digest @3 :Data;
}
struct StreamHeads {
  size @0 :UInt64;               # the heads are those of entries [0, size)
  count @1 :UInt64;
  root @2 :Data;                 # RFC 6962 over (SHA-256(stream id), next version, head), sorted
}
