// Decodes a chain's blocks with the libraries that other people's programs read Substrate chains with:
// polkadot-js (@polkadot/types, the registry that @polkadot/api decodes by) and PAPI (@polkadot-api/tx-utils and
// what polkadot-api builds its decoders from). Both read every extrinsic and every event of the blocks up to the
// last final one, with the metadata of each version that the node serves, and must find the same calls and give
// back the same bytes.
//
//   node decode.mjs URL [FIRST]
//
// URL is a node's WebSocket (ws://127.0.0.1:9944), FIRST the block to begin with, 1 if it is left out. The node
// must have the blocks' state, since events stand there.
//
// {"event":"decoded","first":1,"last":95,"metadata":[14,15,16],
//  "extrinsics":{"general v5, extension version 0":60,…},"calls":{"general Metering.commit":60,…},"events":812}
//
// It fails with the block and the index of what one of them does not read.

import { Node } from "./node.mjs";
import { Papi } from "./papi.mjs";
import { PolkadotJs } from "./polkadot-js.mjs";

const METADATA = [14, 15, 16];

/** The libraries, with each metadata, by the version of the runtime that a block leaves. */
class Readers {
  #ofVersion = new Map();

  async at(node, block) {
    const { specVersion } = await node.ask("state_getRuntimeVersion", block);
    if (!this.#ofVersion.has(specVersion)) {
      const all = [];
      for (const version of METADATA) {
        const metadata = await node.metadata(block, version);
        all.push(new PolkadotJs(metadata, version), new Papi(metadata, version));
      }
      this.#ofVersion.set(specVersion, all);
    }
    return this.#ofVersion.get(specVersion);
  }
}

/** What all readers make of the same bytes, which must be the same. */
function agreed(readers, what, read) {
  const results = readers.map((reader) => {
    try {
      return read(reader);
    } catch (error) {
      throw new Error(`${reader.name} does not decode ${what}: ${error?.message}`, { cause: error });
    }
  });
  const texts = results.map((result) => JSON.stringify(result));
  const other = texts.findIndex((text) => text !== texts[0]);
  if (other >= 0) {
    const [one, two] = [0, other].map((at) => `${readers[at].name} reads ${texts[at]}`);
    throw new Error(`the libraries differ on ${what}: ${one}, and ${two}`);
  }
  return results[0];
}

/** Decodes one block, and tells `each` of its extrinsics. Answers how many events it has. */
async function decode(node, all, number, each) {
  const hash = await node.ask("chain_getBlockHash", number);
  const { block } = await node.ask("chain_getBlock", hash);
  // A block is of the runtime that made it, which its parent leaves.
  const readers = await all.at(node, block.header.parentHash);
  for (const [index, encoded] of block.extrinsics.entries()) {
    const what = `extrinsic ${index} of block ${number}`;
    const extrinsic = agreed(readers, what, (reader) => reader.extrinsic(encoded));
    if (!encoded.endsWith(extrinsic.bytes.slice(2))) {
      throw new Error(`the call of ${what} has other bytes when it is encoded again: ${extrinsic.bytes}`);
    }
    each(extrinsic, encoded, readers);
  }
  const key = readers.find((reader) => reader.eventsKey).eventsKey;
  const encoded = await node.ask("state_getStorage", key, hash);
  const what = `the events of block ${number}`;
  const { names, bytes } = agreed(readers, what, (reader) => reader.events(encoded));
  if (bytes !== encoded) {
    throw new Error(`${what} have other bytes when they are encoded again`);
  }
  return names.length;
}

/**
 * Calls that no account signs have extension version 0, since the libraries do not tell versions apart:
 * polkadot-js reads every version by the members of version 0, and so does PAPI with metadata before version
 * 16, which does not describe others. It fails when that has changed
 * (docs/decisions/0006-one-transaction-extension.md).
 */
function versionsAreNotToldApart(encoded, readers) {
  // A length in one, two or four bytes, 0x45, the extension's version.
  const at = 2 + 2 * ([1, 2, 4][parseInt(encoded.slice(2, 4), 16) & 3] + 1);
  const other = `${encoded.slice(0, at)}01${encoded.slice(at + 2)}`;
  for (const reader of readers) {
    let reads = true;
    try {
      reader.extrinsic(other);
    } catch {
      reads = false;
    }
    if (reads === reader.tellsVersionsApart) {
      const does = reads ? "reads" : "refuses";
      throw new Error(`${reader.name} ${does} extension versions that there are not: decision 6 says otherwise`);
    }
  }
}

const count = (counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1);
const sorted = (counts) => Object.fromEntries([...counts].sort());

async function run(url, first = 1) {
  const node = await Node.connect(url);
  const final = await node.ask("chain_getHeader", await node.ask("chain_getFinalizedHead"));
  const [all, last] = [new Readers(), Number(final.number)];
  const [extrinsics, calls] = [new Map(), new Map()];
  let [events, general] = [0, undefined];
  for (let number = first; number <= last; number++) {
    try {
      events += await decode(node, all, number, (extrinsic, encoded, readers) => {
        count(extrinsics, extrinsic.format);
        count(calls, `${extrinsic.kind} ${extrinsic.call}`);
        if (extrinsic.kind === "general") general ??= [encoded, readers];
      });
    } catch (error) {
      if (!/already discarded/i.test(error.message)) throw error;
      const keep = "name a later FIRST, or start the node with --state-pruning=archive";
      throw new Error(`the node no longer has the state of block ${number} or its parent: ${keep}`, { cause: error });
    }
  }
  if (general) versionsAreNotToldApart(...general);
  node.close();
  const found = { extrinsics: sorted(extrinsics), calls: sorted(calls), events };
  console.log(JSON.stringify({ event: "decoded", first, last, metadata: METADATA, ...found }));
}

const [url, first] = process.argv.slice(2);
try {
  if (!url) throw new Error("which node? node decode.mjs URL [FIRST]");
  await run(url, first && Number(first));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
