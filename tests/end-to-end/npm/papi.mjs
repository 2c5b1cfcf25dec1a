// Blocks as PAPI reads them.

import { getDynamicBuilder, getLookupFn } from "@polkadot-api/metadata-builders";
import { decAnyMetadata, unifyMetadata } from "@polkadot-api/substrate-bindings";
import { getExtrinsicDecoder } from "@polkadot-api/tx-utils";

const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

export class Papi {
  #decode;
  #call;
  #events;

  constructor(metadata, version) {
    this.name = `PAPI with metadata ${version}`;
    /** Whether it refuses a general transaction whose extension version the runtime has not. */
    this.tellsVersionsApart = version >= 16;
    this.#decode = getExtrinsicDecoder(metadata);
    const lookup = getLookupFn(unifyMetadata(decAnyMetadata(metadata)));
    const builder = getDynamicBuilder(lookup);
    this.#call = builder.buildDefinition(lookup.call);
    this.#events = builder.buildStorage("System", "Events");
    this.eventsKey = this.#events.keys.enc();
  }

  extrinsic(encoded) {
    const { type, version, extensionVersion, call } = this.#decode(encoded);
    const format = `${type} v${version}`;
    return {
      kind: type,
      format: type === "general" ? `${format}, extension version ${extensionVersion}` : format,
      call: `${call.type}.${call.value.type}`,
      bytes: hex(this.#call.enc(call)),
    };
  }

  events(encoded) {
    const events = this.#events.value.dec(encoded);
    const names = events.map(({ event }) => `${event.type}.${event.value.type}`);
    return { names, bytes: hex(this.#events.value.enc(events)) };
  }
}
