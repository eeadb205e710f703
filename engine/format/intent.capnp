@0x9c2d7f1a4b6e8035;
# What an actor signs. Canonical, one segment, no segment table, not packed. Never re-encoded: these
# bytes are hashed, signed and stored as they are. docs/formats/intent.md has worked bytes.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("stafett::format::schema");

enum StreamKind { unset @0; engine @1; directory @2; audit @3; case @4; access @5; }

enum Custody { unset @0; own @1; custodial @2; system @3; }
# Who can use the private key: only the person or the person's system; the municipality after a
# sign-in; the program itself or a connected system.

enum Expectation { any @0; noStream @1; head @2; }

struct PartCommitment {
  class @0 :UInt8;         # 1 fact, 2 narrative, 3 identity, 4 attachment, 5 public
  length @1 :UInt32;       # padded length of the plaintext, bytes; of an attachment: its true length
  commitment @2 :Data;     # 32 bytes
}

struct Intent {
  formatVersion @0 :UInt16;      # 1
  streamKind @1 :StreamKind;
  custody @2 :Custody;
  expects @3 :Expectation;
  enrolledAt @4 :UInt64;         # position of the KeyEnrolled (or Genesis) event of `key`
  occurredAt @5 :Int64;          # microseconds, UTC
  validTo @6 :Int64 = -9223372036854775808;  # absent
  assertedAt @7 :Int64;          # the actor's clock when signing
  verifiedSize @8 :UInt64;       # size of the last checkpoint that the actor verified
  atomic @9 :Bool;               # on the first intent of a signed group: all or none
  originHash @10 :Data;          # SHA-256 of the log's origin
  eventId @11 :Data;             # UUIDv7, 16 bytes
  streamId @12 :Data;            # 16 bytes
  expectedHead @13 :Data;        # 32 bytes when expects = head
  actor @14 :Data;               # 16 bytes
  key @15 :Data;                 # SHA-256 of the public key
  evidence @16 :Data;            # salted hash of the sign-in evidence, 32 bytes; not for custody own
  verifiedRoot @17 :Data;        # 32 bytes, with verifiedSize; empty: none
  causes @18 :List(Data);        # leaf hashes
  corrects @19 :List(Data);      # leaf hashes
  parts @20 :List(PartCommitment);
}
