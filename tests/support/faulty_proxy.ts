/**
 * A TCP proxy on loopback that breaks connections in the middle of what the server sends, and notes what the client
 * asks.
 */

/** What befalls connections, as long as it is set. */
export interface ConnectionFault {
  /** Both ends see the connection end, or the client hears no more. */
  readonly kind: "cut" | "stall";
  /** How much of the server's bytes a connection lets through before. */
  readonly afterBytes: number;
  /** How many connections it befalls. */
  readonly times: number;
}

/** A request of Kafka's protocol. */
export interface NotedRequest {
  /** The protocol's number of its kind. */
  readonly apiKey: number;
  readonly bytes: number;
}

/** See the module's description. */
export class FaultyProxy implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  #target = "";
  #fault: ConnectionFault | undefined;
  #faults = 0;
  readonly #requests: NotedRequest[] = [];

  constructor() {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    void this.#accept();
  }

  /** The server behind it, as `HOST:PORT`. */
  forwardTo(target: string): void {
    this.#target = target;
  }

  /** Breaks connections from now on. */
  breakBy(fault: ConnectionFault): void {
    this.#fault = fault;
    this.#faults = 0;
  }

  /** How many connections were broken since {@link breakBy}. */
  get faults(): number {
    return this.#faults;
  }

  /** The requests of a kind that have passed so far. */
  requests(apiKey: number): NotedRequest[] {
    return this.#requests.filter((request) => request.apiKey === apiKey);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) this.#close(connection);
    return Promise.resolve();
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      void this.#serve(client).catch(() => {
        // An end that is gone is what this is for.
      });
    }
  }

  async #serve(client: Deno.TcpConn): Promise<void> {
    this.#open.add(client);
    let server: Deno.TcpConn | undefined;
    try {
      const [hostname, port] = this.#target.split(":");
      server = await Deno.connect({ hostname: hostname!, port: Number(port) });
      this.#open.add(server);
      const asked = client.readable.pipeThrough(noteRequests(this.#requests)).pipeTo(server.writable);
      await Promise.race([asked, this.#answer(server, client)]);
    } finally {
      this.#close(client);
      if (server !== undefined) this.#close(server);
    }
  }

  /** Passes on what the server says, up to the fault. */
  async #answer(server: Deno.TcpConn, client: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16_384);
    for (let passed = 0;;) {
      const read = await server.read(buffer);
      if (read === null) return;
      const fault = this.#faults < (this.#fault?.times ?? 0) ? this.#fault : undefined;
      const isBroken = fault !== undefined && passed + read > fault.afterBytes;
      const count = isBroken ? Math.max(0, fault.afterBytes - passed) : read;
      for (let at = 0; at < count;) at += await client.write(buffer.subarray(at, count));
      passed += count;
      if (!isBroken) continue;
      this.#faults++;
      if (fault.kind === "cut") return;
      await new Promise(() => {});
    }
  }

  #close(connection: Deno.TcpConn): void {
    this.#open.delete(connection);
    try {
      connection.close();
    } catch {
      // It is closed already.
    }
  }
}

const SIZE_BYTES = 4;
/** As much of a request as says what it is: its size, and its kind. */
const HEAD_BYTES = SIZE_BYTES + 2;

/** Passes bytes on as they are, and notes where a request begins. */
function noteRequests(requests: NotedRequest[]): TransformStream<Uint8Array, Uint8Array> {
  let head: number[] = [];
  let left = 0;
  return new TransformStream({
    transform(chunk, controller) {
      for (let at = 0; at < chunk.length;) {
        const skipped = Math.min(left, chunk.length - at);
        at += skipped;
        left -= skipped;
        while (left === 0 && at < chunk.length && head.length < HEAD_BYTES) head.push(chunk[at++]!);
        if (head.length < HEAD_BYTES) continue;
        const view = new DataView(Uint8Array.from(head).buffer);
        requests.push({ bytes: view.getInt32(0), apiKey: view.getInt16(SIZE_BYTES) });
        left = view.getInt32(0) - 2;
        head = [];
      }
      controller.enqueue(chunk);
    },
  });
}
