/**
 * A client of Socrata's API for open data (SODA 2.1), by which cities publish theirs.
 *
 * A server that does not answer, or asks for patience, is asked again, with growing pauses or after the one that it
 * names: for a few seconds by a run that starts, and for an hour by one that has had an answer, which says so. What it
 * refuses is an error at once.
 */
import {
  DATA_SET_ANSWER_BYTES_MAX,
  DATA_SET_ANSWER_MS_MAX,
  DATA_SET_OUTAGE_MS_MAX,
  DATA_SET_OUTAGE_REPORTED_MS,
  DATA_SET_PATIENCE_MS,
  DATA_SET_RETRY_MS_MAX,
  DATA_SET_RETRY_MS_MIN,
} from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { HttpAnswer, HttpClient } from "../../../base/host.ts";
import { logger } from "../../../base/log.ts";
import { formatDuration } from "../../../base/text/duration.ts";
import { type AskedDataSet, refused, unreachable, unreadable } from "./data_set_failures.ts";

/** Where the data sets are. */
export interface DataSetServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** An application token. */
  readonly token: string | undefined;
  /** CAs to trust beside the usual ones, as PEM. */
  readonly ca: string | undefined;
}

/** What the client takes from its machine. */
export interface DataSetHost extends Clock {
  readonly http: HttpClient;
}

/** A row of a data set; columns without a value are missing. */
export type DataSetRow = Readonly<Record<string, unknown>>;

/** Some rows of a data set. */
export interface DataSetRows {
  readonly rows: readonly DataSetRow[];
  /** The names of all columns; undefined if the server does not say. */
  readonly fields: readonly string[] | undefined;
}

/** What is asked. */
export interface DataSetQuestion {
  readonly dataSet: string;
  /** Parameters, by the names of the API. */
  readonly query: Readonly<Record<string, string>>;
  /** Ends the question, and the pauses between attempts. */
  readonly signal: AbortSignal;
}

/** An attempt that has failed, and may not the next time. */
interface Failed {
  readonly error: SfcrimeError;
  /** How long the server asks to wait. */
  readonly pauseMs: number;
}

const log = logger("produce");

/** See the module's description. */
export class DataSetClient {
  readonly server: DataSetServer;
  readonly #host: DataSetHost;
  #hasAnswered = false;

  constructor(server: DataSetServer, host: DataSetHost) {
    this.server = server;
    this.#host = host;
  }

  /** @throws {SfcrimeError} INPUT, with the reason; an abort of the signal as an error, too. */
  async rows(question: DataSetQuestion): Promise<DataSetRows> {
    const { signal } = question;
    const startMs = this.#host.monotonicMs();
    let isReported = false;
    let isThere = this.#hasAnswered;
    for (let backOffMs = DATA_SET_RETRY_MS_MIN;; backOffMs = Math.min(2 * backOffMs, DATA_SET_RETRY_MS_MAX)) {
      const answered = await this.#askOnce(question);
      if (!("error" in answered)) {
        if (isReported) log.info(`${this.server.url} answers again`);
        this.#hasAnswered = true;
        return answered;
      }
      const { error, pauseMs: askedMs } = answered;
      const pauseMs = Math.max(backOffMs, askedMs);
      const passedMs = this.#host.monotonicMs() - startMs;
      // A server that names a pause is there.
      isThere ||= askedMs > 0;
      const patienceMs = isThere ? DATA_SET_OUTAGE_MS_MAX : DATA_SET_PATIENCE_MS;
      if (signal.aborted || passedMs + pauseMs > patienceMs) throw error;
      if (
        !isReported && passedMs + pauseMs >= DATA_SET_OUTAGE_REPORTED_MS && isThere
      ) {
        isReported = true;
        log.warn(`${error.message.replace(/\.$/, "")}; asking again in ${formatDuration(pauseMs)}.`);
        if (error.hint !== undefined) log.warn(error.hint);
      }
      await this.#host.sleep(pauseMs, signal);
    }
  }

  async #askOnce({ dataSet, query, signal }: DataSetQuestion): Promise<DataSetRows | Failed> {
    const { url, token, ca } = this.server;
    const asked: AskedDataSet = { url, dataSet, hasToken: token !== undefined };
    try {
      const answer = await this.#host.http({
        url: `${url}/resource/${dataSet}.json?${new URLSearchParams(query)}`,
        method: "GET",
        headers: { accept: "application/json", ...token === undefined ? {} : { "x-app-token": token } },
        body: undefined,
        ca,
        timeoutMs: DATA_SET_ANSWER_MS_MAX,
        bytesMax: DATA_SET_ANSWER_BYTES_MAX,
        signal,
      }).catch((cause: unknown) => {
        throw unreachable(asked, cause);
      });
      const rows = rowsOf(asked, answer);
      return "error" in rows ? { ...rows, pauseMs: this.#pauseOf(answer) } : rows;
    } catch (error) {
      if (!(error instanceof SfcrimeError) || !error.retriable) throw error;
      return { error, pauseMs: 0 };
    }
  }

  /** In seconds, or as a date. */
  #pauseOf({ headers }: HttpAnswer): number {
    const text = headers.get("retry-after") ?? "";
    const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - this.#host.nowMs();
    return Number.isNaN(ms) ? 0 : Math.max(0, ms);
  }
}

function rowsOf(
  asked: AskedDataSet,
  { status, text, headers }: HttpAnswer,
): DataSetRows | { readonly error: SfcrimeError } {
  const json = jsonOf(text);
  if (status !== 200) {
    const error = refused(asked, { status, json, location: status < 400 ? headers.get("location") : null });
    if (!error.retriable) throw error;
    return { error };
  }
  if (json === undefined) throw unreadable(asked, "not JSON");
  const isRows = Array.isArray(json) && json.every((row) => typeof row === "object" && row !== null);
  if (!isRows) throw unreadable(asked, "no list of rows");
  return { rows: json as DataSetRow[], fields: fieldsOf(headers) };
}

/** The names of columns, which the API gives in a header. */
function fieldsOf(headers: HttpAnswer["headers"]): readonly string[] | undefined {
  const fields = jsonOf(headers.get("x-soda2-fields") ?? "");
  return Array.isArray(fields)
    ? fields.filter((field): field is string => typeof field === "string")
    : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
