// Follows a chain with the light client smoldot and prints what it finds finalised, one JSON object a line:
//
//   node follow.mjs SPECIFICATION [KEY]
//
// {"event":"finalized","number":12,"hash":"0x…","ms":2103}   ms since the start of this program
// {"event":"storage","number":12,"key":"0x…","value":"0x…"}  the value of KEY, if one is given
//
// It goes on until it is stopped. All that it trusts is the specification: the answers of nodes are checked
// against the validators' signatures and the state's root.

import * as fs from "node:fs";
import { start } from "smoldot";

const began = performance.now();
const [path, key] = process.argv.slice(2);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const client = start({
  maxLogLevel: Number(process.env.SMOLDOT_LOG ?? 2),
  logCallback: (level, target, message) => process.stderr.write(`[${target}] ${message}\n`),
});
const chain = await client.addChain({ chainSpec: fs.readFileSync(path, "utf8") });

let asked = 0;
const waiting = new Map();
const ask = (method, params) => {
  const id = ++asked;
  chain.sendJsonRpc(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
};

// Little-endian numbers in two bits of mode, as headers have theirs.
function compact(bytes, at) {
  const mode = bytes[at] & 3;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (mode === 0) return bytes[at] >> 2;
  if (mode === 1) return view.getUint16(at, true) >> 2;
  if (mode === 2) return view.getUint32(at, true) >>> 2;
  throw new Error("a block's number above 2^30");
}

async function report(follow, hash) {
  const header = await ask("chainHead_v1_header", [follow, hash]);
  const number = compact(Buffer.from(header.slice(2), "hex"), 32);
  print({ event: "finalized", number, hash, ms: Math.round(performance.now() - began) });
  return number;
}

let follow;
const storage = new Map();

// Each event of the subscription in its turn.
async function handle(event) {
  switch (event.event) {
    case "initialized":
      for (const hash of event.finalizedBlockHashes) await report(follow, hash);
      break;
    case "finalized": {
      let number;
      for (const hash of event.finalizedBlockHashes) number = await report(follow, hash);
      if (key) {
        const hash = event.finalizedBlockHashes.at(-1);
        const items = [{ key, type: "value" }];
        const started = await ask("chainHead_v1_storage", [follow, hash, items, null]);
        // The block stays pinned until it has been read.
        if (started.result === "started") storage.set(started.operationId, { number, hash });
      }
      const read = new Set([...storage.values()].map((operation) => operation.hash));
      const seen = event.finalizedBlockHashes.filter((hash) => !read.has(hash));
      await unpin([...seen, ...event.prunedBlockHashes]);
      break;
    }
    case "operationStorageItems":
      for (const item of event.items) {
        const { number } = storage.get(event.operationId);
        print({ event: "storage", number, key: item.key, value: item.value });
      }
      break;
    case "operationStorageDone":
    case "operationInaccessible":
    case "operationError": {
      const { hash } = storage.get(event.operationId);
      storage.delete(event.operationId);
      await unpin([hash]);
      break;
    }
    case "stop":
      storage.clear();
      follow = await ask("chainHead_v1_follow", [true]);
      break;
    default:
  }
}

async function unpin(hashes) {
  if (hashes.length > 0) await ask("chainHead_v1_unpin", [follow, hashes]);
}

const events = [];
let wake = () => {};
(async () => {
  for (;;) {
    const message = JSON.parse(await chain.nextJsonRpcResponse());
    if (message.id !== undefined) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    } else {
      events.push(message.params.result);
      wake();
    }
  }
})().catch(() => {});

follow = await ask("chainHead_v1_follow", [true]);
for (;;) {
  const event = events.shift();
  if (event === undefined) await new Promise((resolve) => (wake = resolve));
  else await handle(event).catch((error) => process.stderr.write(`${error}\n`));
}
