/**
 * What a run takes from its machine besides files, as a parameter: time, random ids and connections. Whoever starts a
 * thread makes {@link systemHost} its host: the command line, and the entry point of the workers.
 */
import { type Clock, systemClock } from "./clock.ts";
import { concat } from "./text/bytes.ts";

/** A machine of which only the clock and the ids are used. */
export interface LocalHost extends Clock {
  /** A random id, which nothing else has. */
  newId(): string;
  /** This process, for other processes to name. */
  self(): ProcessName;
}

/** A process, as the operator of its machine finds it. */
export interface ProcessName {
  readonly pid: number;
  readonly hostname: string;
}

/** A request by HTTP, and what bounds it. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** CAs to trust beside the usual ones, as PEM. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly bytesMax: number;
  /** Ends the request with an error when it is aborted. */
  readonly signal?: AbortSignal;
}

/** The answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Pick<Headers, "get">;
}

/** Sends a request, and gives its whole answer. */
export type HttpClient = (request: HttpRequest) => Promise<HttpAnswer>;

/** The machine as a run sees it. */
export interface Host extends LocalHost {
  readonly http: HttpClient;
  /** Connects to a server; an abort of the signal gives up. */
  connect(options: Deno.ConnectOptions): Promise<Deno.TcpConn>;
}

/** What a process has used so far. */
export interface ProcessUsage {
  /** CPU time, with all threads. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
}

/** This machine. */
export const systemHost: Host = {
  ...systemClock,
  newId: () => crypto.randomUUID(),
  self: () => ({ pid: Deno.pid, hostname: Deno.hostname() }),
  connect: (options) => Deno.connect(options),
  http: sendRequest,
};

/** Sends a request. Redirects are not followed, as they would take credentials elsewhere. */
async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, headers, body, ca, timeoutMs, signal } = request;
  const late = AbortSignal.timeout(timeoutMs);
  using client = ca === undefined ? undefined : Deno.createHttpClient({ caCerts: [ca] });
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      redirect: "manual",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      ...(body === undefined ? {} : { body }),
      ...(client === undefined ? {} : { client }),
    });
    return { status: response.status, text: await answerText(response, request), headers: response.headers };
  } catch (error) {
    if ((error as { readonly name?: unknown }).name !== "TimeoutError") throw error;
    throw new Error(`no answer within ${Math.ceil(timeoutMs / 1_000)} s`);
  }
}

async function answerText(response: Response, { bytesMax }: HttpRequest): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > bytesMax) throw new Error(`the answer has more than ${bytesMax} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(concat(parts));
}
