@0xb7e41d5c90a2f386;
# What goes over the native stream, one message a frame: 4 bytes of length (little-endian), then one
# segment without a segment table, not packed. docs/reference/native-stream.md has worked bytes.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("stafett::server::native::schema");

struct Opening {
  class @0 :UInt8;        # 1 fact, 2 narrative, 3 identity; of an engine event: 5 public
  salt @1 :Data;          # 32 bytes
  plaintext @2 :Data;
}

struct SignIn {
  log @0 :Text;           # by its name
  key @1 :Data;           # SHA-256 of the public key
  signature @2 :Data;     # Ed25519, 64 bytes
}

struct Submission {
  mode @0 :UInt8;         # 1 live, 2 paperBackfill, 3 imported
  intent @1 :Data;
  parts @2 :List(Opening);
}

struct Append {
  request @0 :UInt64;
  signature @1 :Data;     # over all intents together, 64 bytes
  events @2 :List(Submission);
}

struct Subscribe {
  request @0 :UInt64;
  after :union {
    beforeFirst @1 :Void;
    position @2 :UInt64;
  }
  creditEvents @3 :UInt64;
  creditBytes @4 :UInt64;
  purpose @5 :Text;
  visit @6 :Text;
  service @7 :Text;       # empty: the person's own
  case @8 :Text;          # a label, or an id; empty: of all cases
  types @9 :List(Text);   # empty: of all types
  classes @10 :List(UInt8);  # of Opening, rising; empty: entries only
}

struct Grant {
  request @0 :UInt64;
  events @1 :UInt64;
  bytes @2 :UInt64;
}

struct Cancel {
  request @0 :UInt64;
}

struct ClientFrame {
  union {
    unset @0 :Void;
    signIn @1 :SignIn;
    append @2 :Append;
    subscribe @3 :Subscribe;
    grant @4 :Grant;
    cancel @5 :Cancel;
  }
}

struct LogName {
  name @0 :Text;          # last segment of the origin
  origin @1 :Text;
}

struct Hello {
  version @0 :UInt16;     # 1
  challenge @1 :Data;     # 32 random bytes
  logs @2 :List(LogName);
}

struct SignedIn {
  size @0 :UInt64;        # of the log
  endsAt @1 :Int64;       # microseconds, UTC: the connection lasts no longer
  actor @2 :Data;         # 16 bytes
}

struct Receipt {
  position @0 :UInt64;
  version @1 :UInt64;
  recordedAt @2 :Int64;
  first @3 :UInt64;       # of the group that the log signed
  count @4 :UInt32;
  streamKind @5 :UInt8;
  event @6 :Data;
  stream @7 :Data;
  leafHash @8 :Data;
  signature @9 :Data;
  path @10 :List(Data);
}

struct Refusal {
  again @0 :Bool;         # nothing was recorded, and the same bytes may be accepted later
  code @1 :Text;
  rule @2 :Text;
  detail @3 :Text;
  pointer @4 :Text;       # empty: the whole event
}

struct Outcome {
  union {
    unset @0 :Void;
    receipt @1 :Receipt;
    refusal @2 :Refusal;
  }
}

struct Answer {
  request @0 :UInt64;
  outcomes @1 :List(Outcome);  # one an event, in the group's order
}

struct Event {
  request @0 :UInt64;
  position @1 :UInt64;
  entry @2 :Data;         # as it is stored and hashed
  openings @3 :List(Opening);
  case @4 :Data;          # 16 bytes; empty: not told, with entries only
}

struct CaughtUp {
  request @0 :UInt64;
  size @1 :UInt64;
  checkpoint @2 :Text;
}

struct FellBehind {
  request @0 :UInt64;
  size @1 :UInt64;
  lookedAt @2 :UInt64;
}

struct Heartbeat {
  request @0 :UInt64;
  size @1 :UInt64;
  lookedAt @2 :UInt64;    # every entry below has been looked at: go on after lookedAt - 1
  checkpoint @3 :Text;
}

struct Ended {
  request @0 :UInt64;
  why @1 :Text;
  rule @2 :Text;
}

struct CaseEnded {
  request @0 :UInt64;
  case @1 :Data;          # 16 bytes
  rule @2 :Text;
}

struct Fault {
  request @0 :UInt64;     # 0: of the connection, which is closed
  code @1 :Text;
  detail @2 :Text;
}

struct ServerFrame {
  union {
    unset @0 :Void;
    hello @1 :Hello;
    signedIn @2 :SignedIn;
    answer @3 :Answer;
    event @4 :Event;
    caughtUp @5 :CaughtUp;
    fellBehind @6 :FellBehind;
    heartbeat @7 :Heartbeat;
    ended @8 :Ended;
    fault @9 :Fault;
    caseEnded @10 :CaseEnded;
  }
}
