// Blocks as polkadot-js reads them.

import { Metadata, TypeRegistry } from "@polkadot/types";

export class PolkadotJs {
  #registry = new TypeRegistry();

  constructor(metadata, version) {
    this.name = `polkadot-js with metadata ${version}`;
    /** Whether it refuses a general transaction whose extension version the runtime has not. */
    this.tellsVersionsApart = false;
    this.#registry.setMetadata(new Metadata(this.#registry, metadata));
  }

  #named(index, meta) {
    const pallet = this.#registry.metadata.pallets.find((pallet) => pallet.index.toNumber() === index);
    return `${pallet.name}.${meta.name}`;
  }

  extrinsic(encoded) {
    const extrinsic = this.#registry.createType("Extrinsic", encoded);
    const { inner, method } = extrinsic;
    const isGeneral = extrinsic.isGeneral();
    const kind = isGeneral ? "general" : extrinsic.isSigned ? "signed" : "bare";
    const format = `${kind} v${extrinsic.version & 0x3f}`;
    // Of a general transaction the inner value is the whole one, and the outer one is none (docs/json-rpc.md).
    const [whole, none] = isGeneral ? [inner, extrinsic] : [extrinsic, undefined];
    if (whole.toHex() !== encoded) throw new Error("it has other bytes when it is encoded again");
    if (none?.toHex() === encoded) throw new Error("it encodes general transactions: docs/json-rpc.md says otherwise");
    return {
      kind,
      format: isGeneral ? `${format}, extension version ${inner.transactionExtensionVersion}` : format,
      call: this.#named(method.callIndex[0], method.meta),
      bytes: method.toHex(),
    };
  }

  events(encoded) {
    const events = this.#registry.createType("Vec<EventRecord>", encoded);
    const names = events.map(({ event }) => this.#named(event.index[0], event.meta));
    return { names, bytes: events.toHex() };
  }
}
