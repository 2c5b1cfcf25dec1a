// The contract `contracts/Follower.sol` in an EVM, and the bytes that it takes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { createEVM } from "@ethereumjs/evm";
import { createAddressFromString, hexToBytes, bytesToHex } from "@ethereumjs/util";
import { keccak_256 } from "@noble/hashes/sha3.js";

const NAME = "Follower";
const SOURCE = new URL("../../../contracts/Follower.sol", import.meta.url);
const CALLER = createAddressFromString("0x00000000000000000000000000000000000000aa");

export const keccak = (bytes) => bytesToHex(keccak_256(bytes));
export const bytes = (hex) => hexToBytes(hex);
export const hex = (value) => bytesToHex(value);
export const concat = (parts) => `0x${parts.map((part) => part.slice(2)).join("")}`;

/** The contract as the compiler of the lock file makes it: ABI, code, selectors. */
export function compile() {
  // Loading it takes longer than anything else here.
  const solc = createRequire(import.meta.url)("solc");
  const input = {
    language: "Solidity",
    sources: { [NAME]: { content: readFileSync(SOURCE, "utf8") } },
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 10_000 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.methodIdentifiers"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  if (output.errors?.length) throw new Error(output.errors.map((e) => e.formattedMessage).join("\n"));
  const { abi, evm } = output.contracts[NAME][NAME];
  return { abi, code: `0x${evm.bytecode.object}`, selectors: evm.methodIdentifiers };
}

// ABI encoding, of what an ABI says a parameter is.

const word = (value) => BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, "0");
const padded = (digits) => digits.padEnd(Math.ceil(digits.length / 64) * 64, "0");
const isDynamic = ({ type, components }) =>
  type === "bytes" || type.endsWith("[]") || (type === "tuple" && components.some(isDynamic));

function encodeOne(parameter, value) {
  const { type, components } = parameter;
  if (type === "bytes") return word((value.length - 2) / 2) + padded(value.slice(2));
  if (type.endsWith("[]")) {
    const item = { ...parameter, type: type.slice(0, -2) };
    return word(value.length) + encodeAll(value.map(() => item), value);
  }
  if (type === "tuple") return encodeAll(components, components.map(({ name }) => value[name]));
  return word(value);
}

function encodeAll(parameters, values) {
  const parts = parameters.map((parameter, i) => ({
    dynamic: isDynamic(parameter),
    text: encodeOne(parameter, values[i]),
  }));
  const head = parts.reduce((sum, { dynamic, text }) => sum + (dynamic ? 64 : text.length), 0);
  let tail = "";
  const heads = parts.map(({ dynamic, text }) => {
    if (!dynamic) return text;
    const at = word((head + tail.length) / 2);
    tail += text;
    return at;
  });
  return heads.join("") + tail;
}

const signature = ({ name, inputs }) => `${name}(${inputs.map((input) => input.type).join(",")})`;

/** What a transaction costs before it runs, and the least it costs at all (EIP-2028, EIP-7623). */
function intrinsic(data) {
  const zeros = data.filter((byte) => byte === 0).length;
  const tokens = zeros + 4 * (data.length - zeros);
  return { before: 21_000 + 4 * tokens, least: 21_000 + 10 * tokens };
}

/** A deployed contract. */
export class Contract {
  /** Deploys what was compiled, with a validator set. */
  static async deploy(compiled, setId, validators) {
    const common = new Common({ chain: Mainnet, hardfork: Hardfork.Prague });
    const contract = new Contract();
    contract.compiled = compiled;
    contract.evm = await createEVM({ common });
    const { inputs } = compiled.abi.find(({ type }) => type === "constructor");
    const data = bytes(compiled.code + encodeAll(inputs, [setId, validators]));
    const { execResult, createdAddress } = await contract.run({ data });
    contract.refuse(execResult);
    contract.address = createdAddress;
    return contract;
  }

  async run({ to, data }) {
    for (const warm of [to, CALLER].filter(Boolean)) this.evm.journal.addAlwaysWarmAddress(warm.toString());
    const result = await this.evm.runCall({ caller: CALLER, to, data, gasLimit: 30_000_000n });
    // The next call is another transaction.
    await this.evm.journal.cleanup();
    this.evm.stateManager.originalStorageCache.clear();
    return result;
  }

  refuse({ exceptionError, returnValue }) {
    if (!exceptionError) return;
    const given = hex(returnValue);
    const errors = this.compiled.abi.filter(({ type }) => type === "error");
    const known = errors.find((error) => keccak(Buffer.from(signature(error))).slice(0, 10) === given.slice(0, 10));
    const values = given.slice(10).match(/.{64}/g)?.map((digits) => BigInt(`0x${digits}`)) ?? [];
    throw new Error(known ? `${known.name}(${values.join(", ")})` : `${exceptionError.error} ${given}`);
  }

  /** Calls a method; what it answers, in words, and the gas of such a transaction. Throws an error"s name. */
  async call(method, ...values) {
    const entry = this.compiled.abi.find(({ name }) => name === method);
    const [, selector] = Object.entries(this.compiled.selectors).find(([known]) => known.startsWith(`${method}(`));
    const data = bytes(`0x${selector}${encodeAll(entry.inputs, values)}`);
    const { execResult } = await this.run({ to: this.address, data });
    this.refuse(execResult);
    const { before, least } = intrinsic(data);
    const used = before + Number(execResult.executionGasUsed) - Number(execResult.gasRefund ?? 0n);
    const words = hex(execResult.returnValue).slice(2).match(/.{64}/g) ?? [];
    return { words: words.map((digits) => BigInt(`0x${digits}`)), gas: Math.max(used, least), logs: execResult.logs };
  }
}
