/**
 * Serves a handler of web requests over HTTP, within limits: how many connections, how long the head of a request may
 * be and take, how long a client may take an answer.
 *
 * `Deno.serve` has none of these limits, so that anybody who opens connections and says nothing holds them forever;
 * the server of `node:http` does. Its adapter from Hono's authors reports clients that go away on stdout, which is
 * for rows; so this one is our own.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, OVER } from "../../../base/clock.ts";
import { messageOf, SfcrimeError } from "../../../base/errors.ts";

/** The limits of a server. */
export interface HttpLimits {
  readonly connectionsMax: number;
  /** Bytes of the first line and the headers of a request. */
  readonly headBytesMax: number;
  /** How long the head of a request may take, also on a connection that says nothing; and a whole request. */
  readonly headMsMax: number;
  readonly requestMsMax: number;
  /** How long a connection may wait for its next request. */
  readonly idleMsMax: number;
  /** How long a client may take to receive an answer, other than a stream of events. */
  readonly answerMsMax: number;
  /** How long it may take for what is left when the server closes. */
  readonly closeMsMax: number;
}

/** The server's address, and the ports to try after it. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  /** How many further ports are tried while one is in use. */
  readonly triesMax: number;
  readonly limits: HttpLimits;
  readonly clock: Pick<Clock, "sleep">;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Ends all connections, once what was written to them is sent. */
  close(): Promise<void>;
}

/** The type of answers that go on until one side ends them. */
export const EVENT_STREAM = "text/event-stream";

/** How often the server looks for connections whose time is up, as a part of the shortest limit. */
const CHECKS_PER_LIMIT = 4;

/**
 * Listens on the first port that is free.
 *
 * @throws {SfcrimeError} USAGE if there is no such address, or no free port.
 */
export async function serveHttp(
  handle: (request: Request) => Promise<Response>,
  { hostname, port, triesMax, ...options }: ListenOptions,
): Promise<HttpServer> {
  for (let tried = 0;; tried++) {
    const server = newServer(handle, options);
    // The port 0 stands for any free one.
    const next = port === 0 ? 0 : port + tried;
    try {
      return running(server, { ...options, port: await listen(server, hostname, next) });
    } catch (cause) {
      server.close();
      const isInUse = (cause as { code?: unknown }).code === "EADDRINUSE";
      if (isInUse && tried < triesMax && next < 65_535) continue;
      const what = isInUse && tried > 0 ? `ports ${port} to ${next}` : `port ${next}`;
      const reason = isInUse ? "already in use" : messageOf(cause);
      throw new SfcrimeError("USAGE", `The dashboard cannot listen on ${hostname}, ${what}: ${reason}.`, {
        hint: "Set --ui-port to a free port, or to 0 for any.",
        cause,
      });
    }
  }
}

/** What an answer depends on besides the request. */
type Serving = Pick<ListenOptions, "limits" | "clock">;

function newServer(handle: (request: Request) => Promise<Response>, serving: Serving): Server {
  const { limits } = serving;
  const server = createServer({
    maxHeaderSize: limits.headBytesMax,
    headersTimeout: limits.headMsMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: Math.ceil(
      Math.min(limits.headMsMax, limits.requestMsMax) / CHECKS_PER_LIMIT,
    ),
  }, (incoming, outgoing) => void answer(handle, { ...serving, incoming, outgoing }));
  server.maxConnections = limits.connectionsMax;
  return server;
}

function listen(server: Server, hostname: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function running(server: Server, { limits, clock, port }: Serving & { readonly port: number }): HttpServer {
  return {
    port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeIdleConnections();
      const waiting = new AbortController();
      await Promise.race([closed.promise, clock.sleep(limits.closeMsMax, waiting.signal)]);
      waiting.abort(OVER);
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

interface Exchange extends Serving {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  exchange: Exchange,
): Promise<void> {
  const { incoming, outgoing } = exchange;
  try {
    const request = requestOf(incoming);
    const response = request === undefined
      ? new Response(null, { status: 400, headers: { connection: "close" } })
      : await handle(request);
    await send(response, exchange);
  } catch {
    // The client is gone, or the answer broke off: neither can be reported to it.
    outgoing.destroy();
  }
}

/** The request as the web has it, without its body: no request of ours has one. Undefined if it is malformed. */
function requestOf({ method, url, rawHeaders }: IncomingMessage): Request | undefined {
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  // A server that is not a proxy is asked for paths only.
  if (url === undefined || !url.startsWith("/")) return undefined;
  try {
    return new Request(`http://sfcrime${url}`, { method: method!, headers });
  } catch {
    // The method is one that browsers may not use.
    return undefined;
  }
}

async function send(response: Response, { incoming, outgoing, limits, clock }: Exchange): Promise<void> {
  const sent = new AbortController();
  outgoing.once("close", () => sent.abort(OVER));
  if (response.headers.get("content-type") !== EVENT_STREAM) {
    void clock.sleep(limits.answerMsMax, sent.signal).then(() => outgoing.destroy());
  }
  outgoing.writeHead(response.status, [...response.headers].flat());
  const { body } = response;
  if (body === null || incoming.method === "HEAD") {
    await body?.cancel();
    outgoing.end();
    return;
  }
  const reader = body.getReader();
  // A stream that its source ends is over at once, even while the client has not received what was written.
  reader.closed.catch(() => outgoing.destroy());
  outgoing.once("close", () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await drained(outgoing);
  }
  outgoing.end();
}

/** Resolves when there is room for more, or the client is gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
    if (outgoing.destroyed) done();
  });
}
