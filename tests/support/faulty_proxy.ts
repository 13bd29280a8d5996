/** A TCP proxy on loopback that breaks connections in the middle of what the server sends. */

/** What befalls connections, as long as it is set. */
export interface ConnectionFault {
  /** Both ends see the connection end, or the client hears no more. */
  readonly kind: "cut" | "stall";
  /** How much of the server's bytes a connection lets through before. */
  readonly afterBytes: number;
  /** How many connections it befalls. */
  readonly times: number;
}

/** See the module's description. */
export class FaultyProxy implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Deno.TcpConn>();
  #target = "";
  #fault: ConnectionFault | undefined;
  #faults = 0;

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
    const [hostname, port] = this.#target.split(":");
    const server = await Deno.connect({ hostname: hostname!, port: Number(port) });
    this.#open.add(server);
    try {
      await Promise.race([client.readable.pipeTo(server.writable), this.#answer(server, client)]);
    } finally {
      this.#close(client);
      this.#close(server);
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
