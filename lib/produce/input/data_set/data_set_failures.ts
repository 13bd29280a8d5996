/** What goes wrong with the API of a data set, in words for users. */
import { SfcrimeError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import { requestFailure } from "../../../base/text/request_failure.ts";

/** What was asked. */
export interface AskedDataSet {
  /** The address of the server. */
  readonly url: string;
  readonly dataSet: string;
  readonly hasToken: boolean;
}

/** An answer that is not one. */
export interface Refusal {
  readonly status: number;
  /** Undefined if the answer is not JSON. */
  readonly json: unknown;
  /** Where it says that the data is, instead. */
  readonly location: string | null;
}

/** It does not answer. */
export function unreachable({ url }: AskedDataSet, cause: unknown): SfcrimeError {
  const { reason, isTrust } = requestFailure(cause);
  return new SfcrimeError("INPUT", `Cannot reach ${url}: ${reason}.`, {
    hint: isTrust
      ? "Set [datasf] ca_file to a PEM file with the certificate of the CA that has signed it."
      : "Check [datasf] url, and the connection of this machine.",
    retriable: !isTrust && !/invalid url/i.test(reason),
    cause,
  });
}

/** It refuses to answer, now or altogether. */
export function refused(asked: AskedDataSet, { status, json, location }: Refusal): SfcrimeError {
  const { url, dataSet, hasToken } = asked;
  const { code, message } = saidBy(json);
  if (location !== null) {
    return new SfcrimeError("INPUT", `${url} has no data sets any more: it sends us to ${location}.`, {
      hint: "Set [datasf] url to the server that it names.",
    });
  }
  const column = columnIn(message);
  if (/no-such-column/.test(code) && column !== undefined) {
    return new SfcrimeError("INPUT", `Data set ${dataSet} has no column ${column}.`, {
      hint: "Check time_column, id_column and where in [datasf].",
    });
  }
  if (status === 403 && /app_token/i.test(message)) {
    return new SfcrimeError("INPUT", `${url} does not know the application token.`, {
      hint: "Check [datasf] token, or leave it out: it only raises limits.",
    });
  }
  if (status === 404) {
    return new SfcrimeError("INPUT", `${url} has no data set ${dataSet}.`, {
      hint: "Check dataset and history in [datasf]: they are the ends of addresses, such as gnap-fj3t.",
    });
  }
  const said = message === "" ? "" : `: ${message}`;
  return new SfcrimeError("INPUT", `${url} answers ${status} for data set ${dataSet}${said}.`, {
    // 202 says that the answer is not ready yet.
    retriable: status >= 500 || status === 429 || status === 408 || status === 202,
    ...hintOf(status, hasToken),
  });
}

function hintOf(status: number, hasToken: boolean): { readonly hint?: string } {
  switch (status) {
    case 401:
    case 403:
      return { hint: "The data set may be private, or the application token may be for another server." };
    case 400:
      return { hint: "Check where in [datasf], which is in the language of the server." };
    case 429:
      return hasToken ? {} : { hint: "Servers allow more to those who have a token: see [datasf] token." };
    default:
      return {};
  }
}

/** The answer is not of its API. */
export function unreadable({ url, dataSet }: AskedDataSet, what: string): SfcrimeError {
  return new SfcrimeError("INPUT", `What ${url} answers for data set ${dataSet} is ${what}.`, {
    hint: "Check [datasf] url: it is that of a server with Socrata's API.",
  });
}

/** A column that rows are read by, and that the data set does not have. */
export function lacksColumn(
  { dataSet }: Pick<AskedDataSet, "dataSet">,
  { key, column, fields }: {
    readonly key: string;
    readonly column: string;
    readonly fields: readonly string[];
  },
): SfcrimeError {
  return new SfcrimeError("INPUT", `Data set ${dataSet} has no column ${column}, which is [datasf] ${key}.`, {
    hint: didYouMean(column, fields),
  });
}

/** A row that cannot be told from others. */
export function unplaced(
  { dataSet }: Pick<AskedDataSet, "dataSet">,
  { column, row }: { readonly column: string; readonly row: unknown },
): SfcrimeError {
  const shown = JSON.stringify(row).slice(0, SHOWN_LENGTH_MAX);
  return new SfcrimeError("INPUT", `A row of data set ${dataSet} has no valid ${column}: ${shown}.`, {
    hint: "Set time_column and id_column in [datasf] to columns that all rows have.",
  });
}

const SHOWN_LENGTH_MAX = 200;

function saidBy(json: unknown): { readonly code: string; readonly message: string } {
  const { code, errorCode, message } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const textOf = (value: unknown) => typeof value === "string" ? value.trim().replace(/\.$/, "") : "";
  return { code: textOf(errorCode) || textOf(code), message: textOf(message) };
}

function columnIn(message: string): string | undefined {
  return /no such column: ([^;\s]+)/i.exec(message)?.[1];
}
