// Reads each line of stdin with the SDK of CloudEvents, strictly.
//   PEERS=FOLDER node cloudevents_check.mjs
// Prints a line for each: {"id","source","type","subject","time","sequence"}.

import assert from "node:assert";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(process.env.PEERS + "/");
const { CloudEvent, HTTP } = require("cloudevents");

for await (const line of createInterface({ input: process.stdin })) {
  const parsed = HTTP.toEvent({
    headers: { "content-type": "application/cloudevents+json" },
    body: line,
  });
  const event = new CloudEvent(JSON.parse(line), true);
  assert.equal(event.validate(), true);
  assert.deepEqual(parsed.toJSON(), event.toJSON());
  const { id, source, type, subject, time, sequence } = event;
  console.log(JSON.stringify({ id, source, type, subject, time, sequence }));
}
