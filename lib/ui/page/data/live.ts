/**
 * What the page knows, as the server has it: all figures and times are the server's, and the page computes no rate.
 *
 * The server sends events with ids. After `reset`, which is the first event of a new connection, everything is loaded
 * anew; events that arrive meanwhile wait, and are then dropped if what was loaded contains them. After a short break
 * the connection goes on by the id of the last event, and so it does when nothing was heard on it for long, as a browser
 * may not notice that it is dead. While the page is hidden there is no connection, as a browser opens only few to a
 * server.
 */
import { EVENT_SILENCE_MS } from "../../../base/bounds.ts";
import { QueryHistory } from "../../../monitoring/history/query_history.ts";
import type { HistorySnapshot } from "../../../monitoring/history/history_snapshot.ts";
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import { getJson, queryPath } from "./api.ts";
import type { BatchEvent, Info, StatusEvent } from "./model.ts";
import { Store } from "./store.ts";

/** Whether the page is up to date. */
export type Connection = "connecting" | "live" | "lost";

/** See the module's description. */
export interface LiveState {
  readonly connection: Connection;
  readonly info: Info | null;
  /** When `info` was received, by a clock that only counts on. */
  readonly infoAtMs: number;
  /** In the order of the server. */
  readonly queries: readonly QueryView[];
  /** The query whose history is kept. */
  readonly selected: string | null;
  /** Null until it is loaded. */
  readonly history: HistorySnapshot | null;
}

/** A page that is hidden for this long is disconnected. */
const HIDDEN_MS = 10_000;
/** The wait before the next attempt, after the server has refused a connection. */
const RETRY_MS = 2_000;
const SHOWN_AFTER_MS = 30;
/** Events that wait for what is being loaded; with more, it is loaded once more. */
const WAITING_MAX = 5_000;

/** See the module's description. */
export class Live {
  readonly store: Store<LiveState> = new Store<LiveState>({
    connection: "connecting",
    info: null,
    infoAtMs: 0,
    queries: [],
    selected: null,
    history: null,
  });
  #source: EventSource | undefined;
  #lastEventId = "";
  #recorded: QueryHistory | undefined;
  /** Batches that have arrived since loading began; undefined while nothing is being loaded. */
  #waiting: BatchEvent[] | undefined;
  /** Counts what is loaded, so that an answer that is too late is ignored. */
  #loads = 0;
  /** What events have said of queries since loading began: an answer may be older. */
  readonly #told = new Map<string, QueryView>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #showing: ReturnType<typeof setTimeout> | undefined;

  /** Connects now, and whenever the page is visible. */
  start(): void {
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
    this.#connect();
  }

  /** Selects the query whose history is kept; null for none. */
  select(query: string | null): void {
    if (this.store.value.selected === query) return;
    this.store.change({ selected: query, history: null });
    this.#recorded = undefined;
    if (query !== null && this.store.value.connection !== "connecting") void this.#load();
  }

  #visibilityChanged(): void {
    clearTimeout(this.#timer);
    if (document.visibilityState === "hidden") {
      this.#timer = setTimeout(() => this.#close(), HIDDEN_MS);
    } else if (this.#source === undefined) this.#connect();
  }

  #close(): void {
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = undefined;
  }

  #connect(): void {
    this.#close();
    const search = this.#lastEventId === ""
      ? ""
      : `?${new URLSearchParams({ lastEventId: this.#lastEventId })}`;
    const source = new EventSource(`/api/events${search}`);
    this.#source = source;
    this.#heard();
    const on = (type: string, take: (data: unknown) => void) =>
      source.addEventListener(type, (event) => {
        this.#heard();
        if (event.lastEventId !== "") this.#lastEventId = event.lastEventId;
        take(JSON.parse(event.data));
      });
    on("reset", () => void this.#load());
    on("batch", (data) => this.#batch(data as BatchEvent));
    on("status", (data) => this.#view((data as StatusEvent).view));
    on("alive", () => {});
    source.onopen = () => {
      if (this.store.value.info !== null) this.store.change({ connection: "live" });
    };
    source.onerror = () => {
      this.#lost();
      // The browser tries again by itself, unless the server has refused.
      if (source.readyState === EventSource.CLOSED) this.#connectLater();
    };
  }

  #lost(): void {
    if (this.store.value.info !== null) this.store.change({ connection: "lost" });
  }

  /** There was a sign of life; if there is none for long, there is a new connection. */
  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#lost();
      this.#connect();
    }, EVENT_SILENCE_MS);
  }

  #connectLater(): void {
    this.#close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
  }

  async #load(): Promise<void> {
    const load = ++this.#loads;
    this.#waiting = [];
    this.#told.clear();
    try {
      const [info, loaded] = await Promise.all([
        getJson<Info>("/api/info"),
        getJson<readonly QueryView[]>("/api/queries"),
      ]);
      if (load !== this.#loads) return;
      const queries = loaded.map((query) => this.#told.get(query.name) ?? query);
      this.store.change({ info, infoAtMs: performance.now(), queries, connection: "live" });
      const { selected } = this.store.value;
      const isKnown = queries.some(({ name }) => name === selected);
      const history = isKnown ? await getJson<HistorySnapshot>(`${queryPath(selected!)}/history`) : null;
      if (load !== this.#loads) return;
      this.#recorded = history === null ? undefined : QueryHistory.of(history);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      this.store.change({ history });
      if (waiting.length > WAITING_MAX) void this.#load();
      else waiting.forEach((event) => this.#batch(event));
    } catch {
      if (load !== this.#loads) return;
      this.#waiting = undefined;
      this.store.change({ connection: "lost" });
      // Without an id, the server answers the next connection with `reset`.
      this.#lastEventId = "";
      this.#connectLater();
    }
  }

  #batch(event: BatchEvent): void {
    if (event.view !== undefined) this.#view(event.view);
    if (this.#waiting !== undefined) {
      if (this.#waiting.length <= WAITING_MAX) this.#waiting.push(event);
      return;
    }
    const recorded = this.#recorded;
    if (recorded === undefined || event.query !== this.store.value.selected) return;
    if (event.sequence <= recorded.sequence) return;
    if (event.sequence > recorded.sequence + 1) {
      void this.#load();
      return;
    }
    recorded.add(event.point);
    this.#showSoon();
  }

  /** Batches come in bundles: the history is drawn once for all of them. */
  #showSoon(): void {
    this.#showing ??= setTimeout(() => {
      this.#showing = undefined;
      if (this.#recorded !== undefined) this.store.change({ history: this.#recorded.snapshot() });
    }, SHOWN_AFTER_MS);
  }

  #view(view: QueryView): void {
    this.#told.set(view.name, view);
    const queries = this.store.value.queries.map((query) => query.name === view.name ? view : query);
    this.store.change({ queries });
  }
}
