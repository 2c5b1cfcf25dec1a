// What the contract takes, what it refuses and by which name, and the gas of it: on chains made up here.

import assert from "node:assert/strict";

import { secp256k1 } from "@noble/curves/secp256k1.js";

import { bytes, concat, Contract, hex, keccak } from "./contract.mjs";

const ORDER = secp256k1.Point.Fn.ORDER;

const littleEndian = (value, length) => {
  const digits = BigInt(value).toString(16).padStart(2 * length, "0");
  return `0x${digits.match(/../g).reverse().join("")}`;
};
const pairHash = (left, right) => keccak(bytes(concat([left, right])));

/** The root of a tree with these hashes as leaves, and the path of one of them. */
function tree(row, place = 0) {
  const items = [];
  let order = 0n;
  while (row.length > 1) {
    const beside = row[place ^ 1];
    if (beside) {
      if (place % 2 === 1) order |= 1n << BigInt(items.length);
      items.push(beside);
    }
    const above = [];
    for (let i = 0; i < row.length; i += 2) above.push(i + 1 < row.length ? pairHash(row[i], row[i + 1]) : row[i]);
    row = above;
    place >>= 1;
  }
  return { root: row[0], path: { items, order } };
}

/** Validators with keys of their own. */
class Validators {
  constructor(id, length) {
    this.id = BigInt(id);
    this.secrets = Array.from({ length }, (_, i) => bytes(keccak(Buffer.from(`${id}/${i}`))));
    this.addresses = this.secrets.map((secret) => {
      const key = secp256k1.getPublicKey(secret, false).slice(1);
      return `0x${keccak(key).slice(-40)}`;
    });
    this.root = tree(this.addresses.map((address) => keccak(bytes(address)))).root;
    this.needed = length - Math.floor((length - 1) / 3);
  }

  /** A commitment with as many signatures as are needed, or those of `places`. */
  sign(root, blockNumber, places = [...this.secrets.keys()].slice(0, this.needed), signers = this) {
    const commitment = { root, blockNumber, setId: this.id };
    const digest = keccak(bytes(concat(["0x046d6880", root, littleEndian(blockNumber, 4), littleEndian(this.id, 8)])));
    const signatures = places.map((place) => {
      const signed = secp256k1.sign(bytes(digest), signers.secrets[place], { prehash: false, format: "recovered" });
      return concat([hex(signed.slice(1)), hex(signed.slice(0, 1))]);
    });
    const bits = places.reduce((all, place) => all | (1n << BigInt(place)), 0n);
    return { commitment, validators: this.addresses, signers: bits, signatures: concat(["0x", ...signatures]) };
  }
}

const settlement = (n) => ({
  operator: keccak(Buffer.from(`operator ${n}`)), zone: 1, resource: 0, direction: 0, period: 149_666_348, ending: 1,
  contracted: 2_000, delivered: 1_900, paid: 10n ** 12n, refunded: 5n * 10n ** 10n, penalty: 10n ** 9n, hidden: 0, trades: 2 + n,
});
const word = (value) => `0x${BigInt(value).toString(16).padStart(64, "0")}`;
const hashOf = (settled) => keccak(bytes(concat(Object.values(settled).map(word))));

/** A leaf that names the next validators and the root over settlements, under a root with twenty levels. */
function leafOf(next, settled) {
  const leaf = concat([
    "0x00", littleEndian(7, 4), keccak(Buffer.from("parent")),
    littleEndian(next.id, 8), littleEndian(next.addresses.length, 4), next.root, settled,
  ]);
  const items = Array.from({ length: 20 }, (_, level) => keccak(Buffer.from(`level ${level}`)));
  const order = 0x5a5a5n;
  const root = items.reduce(
    (hash, item, level) => ((order >> BigInt(level)) & 1n ? pairHash(item, hash) : pairHash(hash, item)),
    keccak(bytes(leaf)),
  );
  return { leaf, path: { items, order }, root };
}

const refused = async (call, name) => {
  await assert.rejects(call, (error) => {
    assert.equal(error.message, name);
    return true;
  });
};

/** A signature with the other s that holds for the same message. */
function withHighS(signed) {
  const digits = signed.signatures.slice(2);
  const s = ORDER - BigInt(`0x${digits.slice(64, 128)}`);
  const v = digits.slice(128, 130) === "00" ? "01" : "00";
  return { ...signed, signatures: `0x${digits.slice(0, 64)}${word(s).slice(2)}${v}${digits.slice(130)}` };
}

/** The cases with sets of so many validators, those that are refused where `thorough`; the gas of what was taken. */
async function casesWith(compiled, length, thorough) {
  const refuses = thorough ? refused : async () => {};
  const [first, second, third] = [1, 2, 3].map((id) => new Validators(id, length));
  const settled = [0, 1, 2, 3, 4].map(settlement);
  const hashes = settled.map(hashOf);
  const block = tree(hashes, 3);
  const contract = await Contract.deploy(compiled, first.id, first.addresses);
  const submit = (signed) => contract.call("submit", signed);
  const withNext = (signed, { leaf, path }) => contract.call("submitWithNextSet", signed, leaf, path);
  const gas = {};

  // A set that is trusted, and what it says of the next one.
  const one = leafOf(second, block.root);
  await refuses(() => submit(second.sign(one.root, 10)), "UnknownSet(2)");
  gas.first = (await withNext(first.sign(one.root, 10), one)).gas;
  const all = [...first.secrets.keys()];
  gas["every signature"] = (await submit(first.sign(one.root, 11, all))).gas;

  // What is refused of a commitment.
  const two = leafOf(second, keccak(Buffer.from("another block")));
  const good = first.sign(two.root, 12);
  await refuses(() => submit(first.sign(two.root, 11)), "OlderBlock(11, 11)");
  await refuses(() => submit(first.sign(two.root, 9)), "OlderBlock(9, 11)");
  const needed = first.needed;
  await refuses(() => submit(first.sign(two.root, 12, all.slice(1, needed))), `TooFewSignatures(${needed - 1}, ${needed})`);
  await refuses(() => submit({ ...good, signers: good.signers | (1n << BigInt(length)) }), "WrongSignatures()");
  await refuses(() => submit({ ...good, signatures: good.signatures.slice(0, -2) }), "WrongSignatures()");
  await refuses(() => submit(first.sign(two.root, 12, undefined, second)), "WrongSigner(0)");
  await refuses(() => submit({ ...good, commitment: { ...good.commitment, root: one.root } }), "WrongSigner(0)");
  await refuses(() => submit({ ...good, commitment: { ...good.commitment, blockNumber: 13 } }), "WrongSigner(0)");
  const twice = `0x${good.signatures.slice(2, 132).repeat(2)}${good.signatures.slice(262)}`;
  await refuses(() => submit({ ...good, signatures: twice }), "WrongSigner(1)");
  await refuses(() => submit(withHighS(good)), "HighS(0)");
  await refuses(() => submit({ ...good, validators: second.addresses }), "WrongValidators()");
  await refuses(() => submit({ ...good, validators: good.validators.slice(1) }), "WrongValidators()");
  await refuses(() => submit(second.sign(two.root, 12)), "NextSetNeeded()");
  await refuses(() => submit(third.sign(two.root, 12)), "UnknownSet(3)");

  // What is refused of a leaf that names the next set.
  const change = leafOf(third, block.root);
  const changed = second.sign(change.root, 12);
  await refuses(() => withNext(changed, { ...change, leaf: change.leaf.slice(0, -2) }), "WrongLeaf()");
  await refuses(() => withNext(changed, { ...change, leaf: `0x20${change.leaf.slice(4)}` }), "WrongLeaf()");
  await refuses(() => withNext(changed, one), "NotInRoot()");
  await refuses(() => withNext(second.sign(one.root, 12), one), "WrongNextSet(2)");
  const large = leafOf(new Validators(3, 22), block.root);
  await refuses(() => withNext(second.sign(large.root, 12), large), "BadSetLength(22)");
  await refuses(() => withNext(third.sign(change.root, 12), change), "UnknownSet(3)");

  // The set changes, and the one before may sign no more.
  gas["set changes"] = (await withNext(changed, change)).gas;
  assert.deepEqual((await contract.call("setId")).words, [2n]);
  await refuses(() => submit(first.sign(two.root, 13)), "UnknownSet(1)");

  // Each slot has been filled once: what follows is what following costs.
  let slot;
  for (let number = 13; number < 13 + 8; number++) {
    const signed = second.sign(change.root, number);
    const { gas: used } = await submit(signed);
    [gas["new slot"], gas.block] = [gas["new slot"] ?? used, used];
    slot = (number - 10) % 8;
  }

  // A settlement under the last root.
  const shown = (changes = {}) => {
    const proof = { settled: settled[3], path: block.path, leaf: change.leaf, leafPath: change.path, slot, ...changes };
    return contract.call("isFinal", proof.settled, proof.path, proof.leaf, proof.leafPath, proof.slot);
  };
  const { words, gas: used } = await shown();
  assert.deepEqual(words, [1n]);
  gas.settlement = used;
  await refuses(() => shown({ settled: { ...settled[3], delivered: 2_000 } }), "NotInLeaf()");
  await refuses(() => shown({ settled: settled[2] }), "NotInLeaf()");
  await refuses(() => shown({ path: tree(hashes, 2).path }), "NotInLeaf()");
  await refuses(() => shown({ leaf: two.leaf, leafPath: two.path }), "NotInRoot()");
  await refuses(() => shown({ leaf: change.leaf.slice(0, -2) }), "WrongLeaf()");
  await refuses(() => shown({ leafPath: { ...change.path, order: 0 } }), "NotInRoot()");
  await refuses(() => shown({ slot: 8 }), "NoRoot(8)");
  // A node of the mountain range is no leaf, and one of the block's tree no settlement.
  await refuses(() => shown({ leaf: concat([keccak(bytes(change.leaf)), change.path.items[0]]) }), "WrongLeaf()");
  return gas;
}

/** Runs all cases; prints what each costs. */
export async function cases(compiled) {
  await refused(() => Contract.deploy(compiled, 1, []), "BadSetLength(0)");
  await refused(() => Contract.deploy(compiled, 1, new Validators(1, 22).addresses), "BadSetLength(22)");
  const fresh = await Contract.deploy(compiled, 1, new Validators(1, 1).addresses);
  await refused(() => fresh.call("isFinal", settlement(0), { items: [], order: 0 }, "0x", { items: [], order: 0 }, 0), "NoRoot(0)");
  for (const length of [4, 21]) {
    const gas = await casesWith(compiled, length, length === 4);
    console.log(JSON.stringify({ event: "gas", validators: length, ...gas }));
    assert(gas.block <= 150_000 && gas.settlement <= 80_000, "dearer than docs/bridge.md says");
    assert(gas["new slot"] <= 156_000 && gas["set changes"] <= 186_000, "dearer than docs/bridge.md says");
  }
}
