/** A TLS end on loopback in front of a server that has none, as a proxy stands in front of Spark Connect. */

/** See the module's description. */
export class TlsEnd implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TlsListener;
  readonly #target: number;
  readonly #open = new Set<Deno.Conn>();

  /** @param pem The key and the certificate. */
  constructor({ target, pem }: { readonly target: number; readonly pem: string }) {
    this.#target = target;
    this.#listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      key: pem,
      cert: pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")),
      alpnProtocols: ["h2"],
    });
    this.port = this.#listener.addr.port;
    void this.#accept();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    return Promise.resolve();
  }

  async #accept(): Promise<void> {
    while (true) {
      try {
        void this.#forward(await this.#listener.accept());
      } catch (error) {
        // It was closed; a client that breaks off the handshake is its own matter.
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
      }
    }
  }

  async #forward(client: Deno.TlsConn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    const both = [client, server];
    for (const connection of both) this.#open.add(connection);
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
    for (const connection of both) {
      this.#open.delete(connection);
      close(connection);
    }
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other end has closed it.
  }
}
