// Checks an audit bundle's notes and proofs with Node's own cryptography, and nothing of ours:
//   node bundle_proofs.mjs BUNDLE
// Prints "entries N ranges R checkpoints M" and ends with 0 when every entry is in the tree of the
// checkpoint, by a path or by a range, and every older checkpoint is of its past; else says why.
// By docs/formats/bundle.md and transparency.md; trees as in RFC 6962.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const bundle = process.argv[2];
const read = (name) => readFileSync(`${bundle}/${name}`);
const need = (holds, why) => {
  if (!holds) throw new Error(why);
};

const sha256 = (...pieces) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

const bytes = (base64) => {
  const data = Buffer.from(base64, 'base64');
  need(data.toString('base64') === base64, 'base64 of another form');
  return data;
};
const hashes = (list) => list.map((one) => {
  const hash = bytes(one);
  need(hash.length === 32, 'a hash of another length');
  return hash;
});

// The key that Node takes is the 32 bytes behind this head (RFC 8410).
const HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const readKey = (text) => {
  const [, name, id, base64] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)\n$/.exec(text) ?? [];
  const key = bytes(base64 ?? '');
  need(key.length === 33 && key[0] === 1, 'no Ed25519 key');
  need(sha256(`${name}\n`, key).subarray(0, 4).toString('hex') === id, "another key's id");
  return { name, id, key: createPublicKey({
    key: Buffer.concat([HEAD, key.subarray(1)]), format: 'der', type: 'spki' }) };
};

const openNote = (note, { name, id, key }) => {
  const end = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const signed = note.slice(end + 1).split('\n').some((line) => {
    const [mark, signer, base64] = line.split(' ');
    if (mark !== '\u2014' || signer !== name) return false;
    const signature = bytes(base64);
    return signature.subarray(0, 4).toString('hex') === id &&
      verify(null, Buffer.from(text), key, signature.subarray(4));
  });
  need(signed, 'not signed by the log');
  return text;
};

const openCheckpoint = (note, key) => {
  const [origin, size, root, rest] = openNote(note, key).split('\n');
  need(origin === key.name && /^\d+$/.test(size) && rest === '', 'no checkpoint of this log');
  return { size: Number(size), root: bytes(root) };
};

// Where a tree of `width` leaves is split: the largest power of two below.
const halfOf = (width) => {
  let half = 1;
  while (half * 2 < width) half *= 2;
  return half;
};

// By RFC 6962's own recursion, from the root down; the path's last hash is the root's child.
const rootFromPath = (leaf, index, width, path) => {
  if (width === 1) {
    need(path.length === 0, 'a path that is too long');
    return leaf;
  }
  need(path.length > 0, 'a path that is too short');
  const half = halfOf(width);
  const sibling = path[path.length - 1];
  const rest = path.slice(0, -1);
  return index < half
    ? nodeHash(rootFromPath(leaf, index, half, rest), sibling)
    : nodeHash(sibling, rootFromPath(leaf, index - half, width - half, rest));
};

const isPerfect = (width) => halfOf(width) * 2 === width || width === 1;

const rootWithRange = (leaves, { first, count }, left, right, size) => {
  const end = first + count;
  const rootOf = (begin, until) => {
    const outside = until <= first ? left : begin >= end ? right : null;
    if (outside && isPerfect(until - begin)) {
      need(outside.length > 0, 'a proof that is too short');
      return outside.shift();
    }
    if (until - begin === 1) return leaves[begin - first];
    const middle = begin + halfOf(until - begin);
    const one = rootOf(begin, middle);
    return nodeHash(one, rootOf(middle, until));
  };
  const root = rootOf(0, size);
  need(left.length === 0 && right.length === 0, 'a proof that is too long');
  return root;
};

// The roots of the older and the newer tree that a consistency proof leads to (RFC 6962, 2.1.2).
const rootsOf = (older, width, path, isWhole, olderRoot) => {
  if (older === width) {
    const root = isWhole ? olderRoot : path.pop();
    need(root, 'a proof that is too short');
    return [root, root];
  }
  const half = halfOf(width);
  const sibling = path.pop();
  need(sibling, 'a proof that is too short');
  if (older <= half) {
    const [one, other] = rootsOf(older, half, path, isWhole, olderRoot);
    return [one, nodeHash(other, sibling)];
  }
  const [one, other] = rootsOf(older - half, width - half, path, false, olderRoot);
  return [nodeHash(sibling, one), nodeHash(sibling, other)];
};
const needConsistent = (older, newer, path) => {
  need(older.size > 0 && older.size <= newer.size, 'an older checkpoint that is larger');
  const roots = rootsOf(older.size, newer.size, path, true, older.root);
  need(path.length === 0 && roots[0].equals(older.root) && roots[1].equals(newer.root),
    'not consistent');
};

const eachLine = async (name, use) => {
  let count = 0;
  const lines = createInterface({ input: createReadStream(`${bundle}/${name}`) });
  for await (const text of lines) {
    count += 1;
    try {
      use(JSON.parse(text));
    } catch (why) {
      throw new Error(`${name}: line ${count}: ${why.message}`);
    }
  }
  return count;
};

const key = readKey(read('log.vkey').toString());
openNote(read('manifest').toString(), key);
const tree = openCheckpoint(read('checkpoint').toString(), key);

const ranged = new Map();
let entries = 0;
for (const name of ['shared.jsonl', 'cases.jsonl']) {
  entries += await eachLine(name, ({ position, entry, path }) => {
    const leaf = leafHash(bytes(entry));
    if (path === null) {
      need(!ranged.has(position), 'an entry twice');
      ranged.set(position, leaf);
      return;
    }
    need(position < tree.size && rootFromPath(leaf, position, tree.size, hashes(path))
      .equals(tree.root), 'not in the tree of the checkpoint');
  });
}
const ranges = await eachLine('ranges.jsonl', ({ first, count, left, right }) => {
  need(first >= 0 && count >= 2 && first + count <= tree.size, 'no range of the tree');
  const leaves = [];
  for (let at = first; at < first + count; at += 1) {
    need(ranged.has(at), `entry ${at} is not there`);
    leaves.push(ranged.get(at));
    ranged.delete(at);
  }
  need(rootWithRange(leaves, { first, count }, hashes(left), hashes(right), tree.size)
    .equals(tree.root), 'not in the tree of the checkpoint');
});
need(ranged.size === 0, `${ranged.size} entries that nothing proves`);
const checkpoints = await eachLine('consistency.jsonl', ({ checkpoint, path }) =>
  needConsistent(openCheckpoint(checkpoint, key), tree, hashes(path)));
console.log(`entries ${entries} ranges ${ranges} checkpoints ${checkpoints}`);
