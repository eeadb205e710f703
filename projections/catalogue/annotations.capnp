@0xb6a1f3c4d2e59078;
# What the catalogue says of an event type and of a field, beside its wire type. Read by reflection:
# the JSON codec, the gate and the part splitter know no event by name.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("stafett::bti::schema");

enum FieldClass { unset @0; fact @1; narrative @2; identity @3; }
# Which sealed part a field lies in. The numbers are the part classes of the entry format.

enum FieldType {
  unset @0;
  line @1;      # Text, 1-200 characters, one line
  text @2;      # Text, 1-20 000 characters
  date @3;      # Int32, days since 1970-01-01, local date; default = absent
  time @4;      # Int64, microseconds UTC; default = absent
  bool @5;      # Flag
  int @6;       # Int64, whole number >= 0; default -1 = absent
  person @7;    # Data, 16 bytes
  service @8;   # Text, a registered service id
  case @9;      # Data, 16 bytes
  event @10;    # Data, 16 bytes
  digest @11;   # Data, 32 bytes; 64 lower-case hex in JSON
  lang @12;     # Text, BCP 47
  enumeration @13;  # an enum of its own, 0 = absent
  newId @14;    # Text, a local id that does not exist yet
  refId @15;    # Text, a local id that exists
  setId @16;    # Text, new, or existing and then replaced
  object @17;   # a struct, or Text with canonical JSON, or changes (see EntryCorrected)
}

struct FieldSpec {
  class @0 :FieldClass;
  type @1 :FieldType;
  required @2 :Bool;
  list @3 :Bool;       # [T]: no repeats
  nonEmpty @4 :Bool;   # [T]+
  idKind @5 :Text;     # of newId, refId, setId: the kind of local id
  min @6 :Int64;       # of int: the least and the greatest value
  max @7 :Int64 = 9007199254740992;  # 2^53: every JSON reader holds it exactly
}

struct EventSpec {
  stream @0 :Text;       # case, access, audit, directory
  compartment @1 :Text;  # as in the head line: open, level0, level0/open, protected, barnevern, access, admin
  phases @2 :Text;       # start, pre, open, live, "open,after", after, all, -
  who @3 :Text;          # who-may-record words, separated by a space
}

annotation field @0x9b1c64d0e87f2a35 (field) :FieldSpec;
annotation event @0xc3e58f1a07d4962b (struct) :EventSpec;
