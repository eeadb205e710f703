@0xe5c1b8d2f4a39670;
# The plaintext of one sealed part of an event, canonical, before padding. An event has one part per
# field class that it uses; the fact part is always there.

using Cxx = import "/capnp/c++.capnp";
using Events = import "events.capnp";
$Cxx.namespace("stafett::bti::schema");

struct Part {
  type @0 :Events.EventType;   # fact part only: the type of an event is a fact
  case @1 :Data;               # fact part only: the case's id, 16 bytes; empty when there is none
  body @2 :AnyPointer;         # the event's struct, with the fields of this part's class
  labels @3 :List(Label);      # identity part only: ids that this event is the first to use
}

struct Label {
  # A client-chosen name of a person or case, kept so that the name means the same id later.
  id @0 :Data;                 # 16 bytes
  label @1 :Text;
  kind @2 :Kind;
  enum Kind { unset @0; person @1; case @2; }
}
