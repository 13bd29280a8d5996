/**
 * A real schema registry behind a proxy of its own: with TLS, and credentials that it asks for, as those of companies
 * are. It can be away for a while.
 */
import { askRegistry, sharedRegistry } from "./schema_registry.ts";

/** See the module's description. */
export class GuardedRegistry implements AsyncDisposable {
  /** Its address, with a path. */
  readonly url: string;
  /** What has to be in the header `authorization`; anybody may ask if it is unset. */
  authorization: string | undefined;
  /** Whether it answers that its service is not available. */
  isAway = false;
  /** What it says of its mode, as Confluent's does; the one behind it has no modes. */
  mode: string | undefined;
  /** The requests that it did not pass on. */
  refused = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(target: string, pem: string | undefined) {
    const tls = pem === undefined
      ? {}
      : { key: pem, cert: pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")) };
    const answer = (request: Request) =>
      this.#refusal(request) ?? this.#modeAnswer(request) ?? passOn(request, target);
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls }, answer);
    this.url = `${pem === undefined ? "http" : "https"}://127.0.0.1:${this.#server.addr.port}/registry`;
  }

  /** @param pem The key and the certificate, for TLS. */
  static async open({ pem }: { readonly pem?: string } = {}): Promise<GuardedRegistry> {
    return new GuardedRegistry(await sharedRegistry(), pem);
  }

  /** Resolves when so many more requests were not passed on. */
  whenRefused(more: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ count: this.refused + more, resolve });
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #modeAnswer(request: Request): Response | undefined {
    const isAsked = this.mode !== undefined && request.url.endsWith("/mode");
    return isAsked ? Response.json({ mode: this.mode }) : undefined;
  }

  #refusal(request: Request): Response | undefined {
    const isKnown = this.authorization === undefined ||
      request.headers.get("authorization") === this.authorization;
    if (isKnown && !this.isAway) return undefined;
    this.refused++;
    for (const { count, resolve } of this.#waiting) if (this.refused >= count) resolve();
    return isKnown
      ? new Response("away", { status: 503 })
      : Response.json({ error_code: 401, message: "Unauthorized" }, { status: 401 });
  }
}

async function passOn(request: Request, target: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const body = request.method === "GET" ? {} : { body: await request.arrayBuffer() };
  const answer = await fetch(`${target}${pathname.replace(/^\/registry/, "")}`, {
    method: request.method,
    headers: { "content-type": request.headers.get("content-type") ?? "application/json" },
    ...body,
  });
  return new Response(await answer.arrayBuffer(), { status: answer.status, headers: answer.headers });
}

/** Registers a schema of Avro, and gives its id. */
export async function registerAvro(subject: string, schema: unknown): Promise<number> {
  const body = JSON.stringify({ schema: JSON.stringify(schema) });
  const { id } = await askRegistry(`/subjects/${subject}/versions`, { method: "POST", body }) as {
    readonly id: number;
  };
  return id;
}
