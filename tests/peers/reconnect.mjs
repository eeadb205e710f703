// An EventSource as browsers have it, cut off once: it comes again by itself, after the time that
// the server told, and goes on where it was.
//   PEERS=FOLDER node reconnect.mjs BASE TOKEN CASE SEED
// Prints {"cuts","places"}: the ids of the events, in the order in which they came.

import { createRequire } from "node:module";

import { chance, cuttingProxy } from "./cutting_proxy.mjs";

const require = createRequire(process.env.PEERS + "/");
const { EventSource } = require("eventsource");

const [base, token, name, seed] = process.argv.slice(2);
const random = chance(Number(seed));
const target = new URL(base);
// The first connection passes on some events and not all.
const lengths = [3000 + Math.floor(random() * 5000)];
const proxy = await cuttingProxy(Number(target.port), target.hostname, () =>
  lengths.pop() ?? Infinity);
const source = new EventSource(
  `http://127.0.0.1:${proxy.port}${target.pathname}/v1/events?case=${name}&follow=true`,
  {
    fetch: (url, options) =>
      fetch(url, {
        ...options,
        headers: {
          ...options.headers,
          authorization: `Bearer ${token}`,
          "stafett-purpose": "followUp",
          "stafett-visit": "peers",
        },
      }),
  },
);
const places = [];
source.addEventListener("message", (event) => places.push(event.lastEventId));
source.addEventListener("caughtup", () => {
  console.log(JSON.stringify({ cuts: proxy.cuts, places }));
  process.exit(0);
});
