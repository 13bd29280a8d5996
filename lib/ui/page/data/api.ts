/** Asks the server. */
import { ANSWER_WAIT_MS_MAX } from "../../../base/bounds.ts";

/** An answer that is an error, in the server's words. */
export class ApiError extends Error {
  /** What to do; null if the server says nothing. */
  readonly hint: string | null;
  /** Whether the same request may be answered a little later. */
  readonly isRetriable: boolean;
  readonly status: number;

  constructor(message: string, { status, hint = null, isRetriable }: {
    readonly status: number;
    readonly hint?: string | null;
    readonly isRetriable: boolean;
  }) {
    super(message);
    this.status = status;
    this.hint = hint;
    this.isRetriable = isRetriable;
  }
}

/**
 * The JSON at a path. A connection that has gone silent does not end by itself, so an answer is waited for only so long.
 *
 * @throws {ApiError} If the answer is an error.
 */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(ANSWER_WAIT_MS_MAX);
  return await answerOf<T>(
    await fetch(path, { signal: signal === undefined ? late : AbortSignal.any([signal, late]) }),
  );
}

/** Stops a query after its current batch. @throws {ApiError} If the server refuses. */
export async function stopQuery(query: string): Promise<void> {
  await answerOf(await fetch(`${queryPath(query)}/stop`, { method: "POST" }));
}

/** Where everything about a query is. */
export function queryPath(query: string): string {
  return `/api/queries/${encodeURIComponent(query)}`;
}

/** What is asked of the rows of a query. */
export interface RowsRequest {
  /** SQL over the columns of the result. */
  readonly where?: string;
  readonly order?: string;
  readonly limit?: number;
  readonly format?: "json" | "csv";
}

/** Where the rows are. */
export function rowsPath(query: string, request: RowsRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  return `${queryPath(query)}/rows?${search}`;
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body = parsed(text) as
    | { readonly error?: { readonly message: string; readonly hint?: string } }
    | undefined;
  if (response.ok && body !== undefined) return body as T;
  const { message = `The server answered with status ${response.status}`, hint = null } = body?.error ?? {};
  throw new ApiError(message, {
    status: response.status,
    hint,
    isRetriable: response.headers.has("retry-after"),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
