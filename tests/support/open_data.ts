/**
 * A server that answers as the documentation of Socrata's API says (SODA 2.1, https://dev.socrata.com/docs), with the
 * answers to mistakes that its users have seen. It may be slow, fail, ask for patience, and get rows while it is read.
 */
import { soqlCondition, SoqlError, soqlOrder, type SoqlRow } from "./soql.ts";

/** How many rows an answer has if nothing is asked for, and at most. */
const ROWS_DEFAULT = 1_000;
const ROWS_MAX = 50_000;

/** Columns that rows of all data sets have, and that are only given to those who ask. */
const SYSTEM_FIELDS = [":id", ":created_at", ":updated_at"];

/** A data set. */
export interface OpenDataSet {
  readonly fields: readonly string[];
  readonly rows: SoqlRow[];
}

/** A request as it came in. */
export interface OpenDataRequest {
  readonly dataSet: string;
  readonly token: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** See the module's description. */
export class OpenData implements AsyncDisposable {
  readonly url: string;
  readonly dataSets: Readonly<Record<string, OpenDataSet>>;
  readonly requests: OpenDataRequest[] = [];
  /** The tokens that it knows. */
  tokens: readonly string[] = [];
  /** Called before each answer: it may give one in its place, or change the data. */
  onRequest: (request: OpenDataRequest) => Response | undefined | Promise<Response | undefined> = () =>
    undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #waiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];

  /** @param pem A key and a certificate, for TLS. */
  constructor(dataSets: Readonly<Record<string, OpenDataSet>>, { pem }: { readonly pem?: string } = {}) {
    this.dataSets = dataSets;
    const tls = pem === undefined
      ? {}
      : { key: pem, cert: pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")) };
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls },
      (request) => this.#answer(request),
    );
    this.url = `${pem === undefined ? "http" : "https"}://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Resolves when so many requests have come in. */
  whenAsked(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ isThere: () => this.requests.length >= count, resolve });
    this.#tell();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #tell(): void {
    for (const { isThere, resolve } of this.#waiting) if (isThere()) resolve();
  }

  async #answer({ url, headers }: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(url);
    const [, dataSet] = /^\/resource\/([^/]+)\.json$/.exec(pathname) ?? [];
    const token = headers.get("x-app-token");
    const request = { dataSet: dataSet ?? "", token, query: Object.fromEntries(searchParams) };
    this.requests.push(request);
    this.#tell();
    const instead = await this.onRequest(request);
    if (instead !== undefined) return instead;
    if (token !== null && !this.tokens.includes(token)) {
      return refusal(403, "permission_denied", "Invalid app_token specified");
    }
    const found = Object.hasOwn(this.dataSets, request.dataSet) ? this.dataSets[request.dataSet] : undefined;
    if (found === undefined) return refusal(404, "dataset.missing", "Not found");
    try {
      return rowsFor(found, request.query);
    } catch (error) {
      if (!(error instanceof SoqlError)) throw error;
      return refusal(400, error.code, `Query coordinator error: ${error.code}; ${error.message}`);
    }
  }
}

/** The answer to a request that is refused. */
export function refusal(status: number, code: string, message: string, headers: HeadersInit = {}): Response {
  return Response.json({ code, error: true, message }, { status, headers });
}

function rowsFor({ fields, rows }: OpenDataSet, query: OpenDataRequest["query"]): Response {
  const { $select = "*", $where, $order, $limit = String(ROWS_DEFAULT), $offset = "0", ...others } = query;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new SoqlError("query.soql.unknown-parameter", `Unrecognized arguments [${other}]`);
  }
  const all = [...SYSTEM_FIELDS, ...fields];
  const condition = $where === undefined ? () => true : soqlCondition($where, all);
  const order = $order === undefined ? () => 0 : soqlOrder($order, all);
  const start = Number($offset);
  const selected = rows.filter(condition).sort(order).slice(
    start,
    start + Math.min(Number($limit), ROWS_MAX),
  );
  const given = /:\*/.test($select) ? all : fields;
  const body = selected.map((row) =>
    // A column without a value is left out.
    Object.fromEntries(
      given.flatMap((name) => row[name] === undefined || row[name] === null ? [] : [[name, row[name]]]),
    )
  );
  return Response.json(body, { headers: { "x-soda2-fields": JSON.stringify(given) } });
}
