@0xae41d3c5f7029b68;
# What is stored and hashed: the leaf of the log's tree. docs/formats/entry.md has worked bytes.
# Fields are laid out so that what the builder writes is canonical: the last word of data and the
# last pointer are never zero.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("stafett::format::schema");

enum Mode { unset @0; live @1; paperBackfill @2; imported @3; }

struct Entry {
  formatVersion @0 :UInt16;   # 1
  mode @1 :Mode;
  profileVersion @2 :UInt32;  # the municipal profile in force, 0 for engine events
  version @3 :UInt64;         # 0-based place in the stream
  index @4 :UInt32;           # of the intent in its signed group
  count @5 :UInt32;
  recordedAt @6 :Int64;       # microseconds, UTC, monotone; never 0
  signature @7 :Data;         # 64 bytes, over the signed group
  path @8 :Data;              # from the leaf's sibling up to the root's child, 32 bytes each
  previous @9 :Data;          # leaf hash of the stream's previous entry; 32 zero bytes for the first
  sealed @10 :Data;           # SHA-256 of each sealed part, in the intent's order; of an attachment
                              # its commitment
  publicPart @11 :Data;       # engine events only
  intent @12 :Data;           # canonical Intent
}
