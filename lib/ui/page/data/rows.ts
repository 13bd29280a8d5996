/**
 * The rows of a query, asked for again after each of its batches. One request at a time; the rows before stay until
 * the next ones are there, so that nothing jumps. A hidden page asks for nothing.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, getJson, rowsPath, type RowsRequest } from "./api.ts";
import type { Rows } from "./model.ts";

/** What is known of rows. */
export interface RowsState {
  /** Null until they have been read for the first time. */
  readonly rows: Rows | null;
  /** Why they could not be read again; null if they could. */
  readonly error: ApiError | null;
}

/** The least time between two requests: many batches of a second are not all drawn. */
const PAUSE_MS = 300;
/** The wait after the server could not answer yet. */
const RETRY_MS = 1_000;

/** What is asked for, and how often. */
export interface RowsOptions {
  /** Null asks for nothing. */
  readonly request: RowsRequest | null;
  /** Changes when there are new rows. */
  readonly version: string;
  readonly pauseMs?: number;
}

/** See the module's description. */
export function useRows(query: string, { request, version, pauseMs = PAUSE_MS }: RowsOptions): RowsState {
  const [state, setState] = useState<RowsState>({ rows: null, error: null });
  const path = request === null ? null : rowsPath(query, request);
  const latest = useRef(version);
  latest.current = version;
  const wake = useRef<() => void>(() => {});

  useEffect(() => {
    if (path === null) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isBusy = false;
    let isRetrying = false;
    let read: string | undefined;
    const next = () => {
      if (isBusy || ending.signal.aborted || document.visibilityState === "hidden") return;
      if (read !== latest.current || isRetrying) void ask();
    };
    const ask = async () => {
      isBusy = true;
      isRetrying = false;
      clearTimeout(timer);
      const asked = latest.current;
      try {
        const rows = await getJson<Rows>(path, ending.signal);
        if (!ending.signal.aborted) setState({ rows, error: null });
      } catch (error) {
        if (ending.signal.aborted) return;
        const known = error instanceof ApiError ? error : unreachable();
        setState(({ rows }) => ({ rows, error: known }));
        isRetrying = known.isRetriable;
      }
      read = asked;
      timer = setTimeout(() => {
        isBusy = false;
        next();
      }, isRetrying ? RETRY_MS : pauseMs);
    };
    wake.current = next;
    document.addEventListener("visibilitychange", next);
    next();
    return () => {
      ending.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", next);
    };
  }, [path, pauseMs]);

  useEffect(() => wake.current(), [version]);
  return state;
}

function unreachable(): ApiError {
  return new ApiError("The server cannot be reached.", { status: 0, isRetriable: true });
}
