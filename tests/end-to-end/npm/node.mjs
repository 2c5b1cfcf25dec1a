// A node's JSON-RPC over a WebSocket.

import WebSocket from "ws";

export class Node {
  #socket;
  #waiting = new Map();
  #asked = 0;

  static async connect(url) {
    const node = new Node();
    const socket = new WebSocket(url, { maxPayload: 64 << 20 });
    node.#socket = socket;
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", (error) => reject(new Error(`no node answers at ${url}: ${error.message}`)));
    });
    socket.on("message", (data) => {
      const { id, result, error } = JSON.parse(data);
      const { resolve, reject, method } = node.#waiting.get(id);
      node.#waiting.delete(id);
      if (error) reject(new Error(`${method}: ${error.message} ${error.data ?? ""}`));
      else resolve(result);
    });
    socket.on("close", () => {
      for (const { reject, method } of node.#waiting.values()) reject(new Error(`${method}: the line was cut`));
    });
    return node;
  }

  ask(method, ...params) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  /** The metadata of a version, as the runtime at a block has it. */
  async metadata(block, version) {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(version);
    const call = ["Metadata_metadata_at_version", `0x${number.toString("hex")}`, block];
    const answer = await this.ask("state_call", ...call);
    // Some bytes, whose length takes four, and which begin with "meta".
    const found = /^0x01.{8}(6d657461.*)$/.exec(answer);
    if (!found) throw new Error(`the node serves no metadata of version ${version}: ${answer.slice(0, 40)}`);
    return `0x${found[1]}`;
  }

  close() {
    this.#socket.close();
  }
}
