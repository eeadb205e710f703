// Follows a case through a proxy that breaks connections, with other people's parser of events, and
// reads every event with the SDK of CloudEvents. Ends when the note `last` has come and so many
// connections have been broken: the first time live, then again from the beginning.
//   PEERS=FOLDER node follow.mjs BASE TOKEN CASE CUTS SEED
// Prints {"cuts","passes","events"}: the events of the first pass.

import assert from "node:assert";
import { createRequire } from "node:module";

import { chance, cuttingProxy } from "./cutting_proxy.mjs";

const require = createRequire(process.env.PEERS + "/");
const { EventSourceParserStream } = require("eventsource-parser/stream");
const { CloudEvent, HTTP, ValidationError } = require("cloudevents");

const [base, token, name, cuts, seed] = process.argv.slice(2);
const random = chance(Number(seed));
const target = new URL(base);
const proxy = await cuttingProxy(Number(target.port), target.hostname, () =>
  1 + Math.floor(random() * 6000));
const url = `http://127.0.0.1:${proxy.port}${target.pathname}/v1/events?case=${name}&follow=true`;

// What the SDK makes of it; it throws when the event is not what the specification asks for.
function cloudEvent(text) {
  const parsed = HTTP.toEvent({
    headers: { "content-type": "application/cloudevents+json" },
    body: text,
  });
  const event = new CloudEvent(JSON.parse(text), true);
  assert.equal(event.validate(), true);
  assert.deepEqual(parsed.toJSON(), event.toJSON());
  return event;
}

// Until the last note; each connection goes on behind what the one before it has read.
async function pass() {
  const events = [];
  let lastId;
  for (;;) {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      "stafett-purpose": "followUp",
      "stafett-visit": "peers",
      ...(lastId === undefined ? {} : { "last-event-id": lastId }),
    };
    try {
      const answer = await fetch(url, { headers });
      assert.equal(answer.status, 200, "the server does not stream");
      const read = answer.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream({ onError: "terminate" }));
      for await (const { id, event, data } of read) {
        if (event !== undefined) {
          assert.equal(event, "caughtup");
          continue;
        }
        lastId = id;
        const { id: eventId, type, source, subject, sequence, data: recorded } = cloudEvent(data);
        events.push({ place: id, id: eventId, type, source, subject, sequence, recorded });
        if (recorded.data.note === "last") return events;
      }
    } catch (error) {
      const isBroken = error instanceof TypeError; // fetch: failed, terminated
      if (!isBroken || error instanceof ValidationError) throw error;
    }
  }
}

const events = await pass();
let passes = 1;
for (; proxy.cuts < Number(cuts); ++passes) assert.deepEqual(await pass(), events);
proxy.close();
console.log(JSON.stringify({ cuts: proxy.cuts, passes, events }));
process.exit(0);
