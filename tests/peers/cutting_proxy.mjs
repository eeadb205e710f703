// A proxy that passes on a random number of an answer's bytes and then breaks the connection.

import net from "node:net";

// Numbers in [0, 1) that follow from the seed (mulberry32).
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// `bytes`: how many the next connection passes on; Infinity: all.
export async function cuttingProxy(port, host, bytes) {
  const proxy = { cuts: 0 };
  const server = net.createServer((client) => {
    const upstream = net.connect(port, host);
    let left = bytes();
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (piece) => upstream.write(piece));
    upstream.on("data", (piece) => {
      client.write(piece.subarray(0, Math.min(left, piece.length)), () => left <= 0 && end());
      left -= piece.length;
      if (left <= 0) {
        proxy.cuts += 1;
        upstream.pause();
      }
    });
    upstream.on("end", () => client.end());
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  proxy.port = server.address().port;
  proxy.close = () => server.close();
  return proxy;
}
