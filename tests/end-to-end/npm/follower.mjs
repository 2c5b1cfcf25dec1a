// Brings a real chain's BEEFY signatures and a settlement into the contract, by what a node answers.

import assert from "node:assert/strict";

import { secp256k1 } from "@noble/curves/secp256k1.js";

import { bytes, Contract, hex, keccak } from "./contract.mjs";

const BEEFY = [..."BEEF"].map((letter) => letter.charCodeAt(0));
/** How long a settlement and the signatures after it may take. */
const LIMIT_MS = 240_000;

/** Reads SCALE. */
class Reader {
  constructor(data) {
    [this.data, this.at] = [Buffer.from(data), 0];
  }
  bytes(length) {
    assert(this.at + length <= this.data.length, "the bytes end too early");
    return this.data.subarray(this.at, (this.at += length));
  }
  number(length) {
    return BigInt(hex(new Uint8Array(this.bytes(length)).reverse()));
  }
  compact() {
    const mode = this.data[this.at] & 3;
    assert(mode < 3, "a longer number than there can be");
    return Number(this.number([1, 2, 4][mode]) >> 2n);
  }
  list(read) {
    return Array.from({ length: this.compact() }, () => read());
  }
}

async function ask(url, method, params = []) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message} ${error.data ?? ""}`);
  return result;
}

/** The Ethereum address of a compressed key. */
function address(key) {
  const point = secp256k1.Point.fromBytes(key).toBytes(false);
  return `0x${keccak(point.slice(1)).slice(-40)}`;
}

/** The validators at a block: addresses in their order, and the set's number. */
async function validatorsAt(url, block) {
  const reader = new Reader(bytes(await ask(url, "state_call", ["BeefyApi_validator_set", "0x", block])));
  assert.equal(reader.number(1), 1n, "BEEFY has no validators");
  const addresses = reader.list(() => address(new Uint8Array(reader.bytes(33))));
  return { addresses, id: reader.number(8) };
}

/** A `VersionedFinalityProof` as the contract takes it. */
export function decoded(justification, validators) {
  const reader = new Reader(justification);
  assert.equal(reader.number(1), 1n, "another version");
  assert.equal(hex(new Uint8Array(reader.bytes(4))), "0x046d6880", "another payload than the root");
  const root = hex(new Uint8Array(reader.bytes(32)));
  const blockNumber = Number(reader.number(4));
  const setId = reader.number(8);
  const bits = reader.list(() => reader.number(1));
  const length = Number(reader.number(4));
  const places = [...Array(length).keys()].filter((i) => (bits[i >> 3] >> BigInt(7 - (i & 7))) & 1n);
  const signatures = reader.list(() => hex(new Uint8Array(reader.bytes(65))).slice(2));
  assert.equal(reader.at, reader.data.length, "more bytes than a justification has");
  const signers = places.reduce((all, place) => all | (1n << BigInt(place)), 0n);
  const commitment = { root, blockNumber, setId };
  return { commitment, validators, signers, signatures: `0x${signatures.join("")}` };
}

/** A leaf of the mountain range at a block, and its path to the block's root, by `mmr_generateProof`. */
async function leafAt(url, number) {
  const made = await ask(url, "mmr_generateProof", [[number], number]);
  const leaves = new Reader(bytes(made.leaves));
  const [leaf] = leaves.list(() => hex(new Uint8Array(leaves.bytes(leaves.compact()))));
  const proof = new Reader(bytes(made.proof));
  const [index] = proof.list(() => proof.number(8));
  const count = proof.number(8);
  const items = proof.list(() => hex(new Uint8Array(proof.bytes(32))));
  // It is the last leaf: no mountain stands to its right.
  assert.equal(index + 1n, count);
  let height = 0;
  while (((count >> BigInt(height)) & 1n) === 0n) height++;
  const peaks = items.slice(0, items.length - height);
  // Of its mountain it is the last leaf too, so that each sibling stands to the left.
  const order = (1n << BigInt(height)) - 1n;
  return { leaf, path: { items: [...items.slice(peaks.length), ...peaks.reverse()], order } };
}

const path = ({ items, order }) => ({ items, order });

/** The settlement's words by the names of the contract. */
function settlementOf(words) {
  const names = [
    "operator", "zone", "resource", "direction", "period", "ending", "contracted", "delivered", "paid", "refunded",
    "penalty", "hidden", "trades",
  ];
  const values = words.slice(2).match(/.{64}/g).map((digits) => `0x${digits}`);
  assert.equal(values.length, names.length);
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

/** The answer of `settlement_finalityProof`, once there is one. */
async function finalityProof(url, group, period) {
  const begun = Date.now();
  for (;;) {
    try {
      return await ask(url, "settlement_finalityProof", [group, period]);
    } catch (error) {
      if (!/NotSettled|NotSigned/.test(error.message) || Date.now() - begun > LIMIT_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Follows the chain from its genesis to a settlement, which the contract takes and forged ones it does not. */
export async function follow(compiled, url, group, period) {
  const proof = await finalityProof(url, group, period);
  const last = proof.signed.block;
  const hashes = await ask(url, "chain_getBlockHash", [[...Array(last + 1).keys()]]);
  const { addresses, id } = await validatorsAt(url, hashes[0]);
  const contract = await Contract.deploy(compiled, id, addresses);
  let [set, isFirst, gas] = [id, true, 0];
  for (let number = 1; number <= last; number++) {
    const { justifications } = await ask(url, "chain_getBlock", [hashes[number]]);
    const beefy = justifications?.find(([engine]) => engine.every((letter, i) => letter === BEEFY[i]));
    if (!beefy) continue;
    const { addresses } = await validatorsAt(url, hashes[number]);
    const signed = decoded(beefy[1], addresses);
    assert.equal(signed.commitment.blockNumber, number);
    if (isFirst || signed.commitment.setId !== set) {
      const { leaf, path } = await leafAt(url, number);
      ({ gas } = await contract.call("submitWithNextSet", signed, leaf, path));
      [set, isFirst] = [signed.commitment.setId, false];
    } else if (number === last) {
      const forged = { ...signed, commitment: { ...signed.commitment, root: hashes[number] } };
      await assert.rejects(contract.call("submit", forged), /^Error: WrongSigner/);
      ({ gas } = await contract.call("submit", signed));
    }
  }
  const [{ words: [lastBlock] }, { words: [followed] }] = [await contract.call("lastBlock"), await contract.call("followed")];
  assert.equal(Number(lastBlock), last);
  const { words: [slots] } = await contract.call("SLOTS");
  const slot = (followed - 1n) % slots;
  const settlement = settlementOf(proof.settlement);
  const isFinal = (changes) =>
    contract.call(
      "isFinal", { ...settlement, ...changes }, path(proof.settlementPath), proof.leaf, path(proof.leafPath), slot,
    );
  const { words, gas: shown } = await isFinal({});
  assert.deepEqual(words, [1n]);
  await assert.rejects(isFinal({ delivered: BigInt(settlement.delivered) + 1n }), /^Error: NotInLeaf/);
  console.log(JSON.stringify({
    event: "accepted", period, ending: Number(settlement.ending), contracted: Number(settlement.contracted),
    delivered: Number(settlement.delivered), block: proof.block, signed: last, set: Number(set), gas, shown,
  }));
}
