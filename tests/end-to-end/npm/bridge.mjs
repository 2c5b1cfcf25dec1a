// The contract that follows the chain (contracts/Follower.sol), in an EVM:
//
//   node bridge.mjs                     its cases, on chains made up here
//   node bridge.mjs URL GROUP PERIOD    and then a real chain, until a settlement is final; URL is of a node with an index
//
// {"event":"gas","validators":4,…}                        what each call costs
// {"event":"accepted","block":31,"delivered":800,…}       the settlement that the contract took for final

import { cases } from "./cases.mjs";
import { compile } from "./contract.mjs";
import { follow } from "./follower.mjs";

const [url, group, period] = process.argv.slice(2);
const compiled = compile();
await cases(compiled);
if (url) await follow(compiled, url, JSON.parse(group), Number(period));
