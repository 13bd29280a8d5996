/**
 * The events of a run for pages, as server-sent events: each batch of each query, in order, and changes of status.
 *
 * A batch has an id, by which a page that was cut off goes on where it was: the latest batches are kept. If they are
 * gone, or the server is another one, the page is told to start over (`reset`), as every page does at first: it then
 * loads the histories, and drops the batches that they contain already.
 *
 * A run never waits for a page. Events are collected and sent in bundles, encoded once for all pages, so that the cost
 * depends neither on the number of batches nor much on that of pages; and a page that does not take what it is sent is
 * cut off.
 */
import {
  EVENT_BUNDLE_MS,
  EVENT_CLIENT_BYTES_MAX,
  EVENT_CLIENTS_MAX,
  EVENT_HEARTBEAT_MS,
  EVENT_RETRY_MS,
  EVENT_STATUS_MS,
  EVENTS_KEPT_MAX,
} from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import type { BatchPoint } from "../../monitoring/history/batch_point.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import type { QueryStatus, RunListener } from "../../monitoring/run_listener.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";

/** A batch that pages are told of. */
interface BatchEvent {
  readonly query: string;
  /** Its number in the history of the query. */
  readonly sequence: number;
  readonly point: BatchPoint;
}

type Client = ReadableStreamDefaultController<Uint8Array>;

const utf8 = new TextEncoder();

/** See the module's description. It listens after the view's own record of the run. */
export class EventStream implements RunListener {
  readonly #view: RunView;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  readonly #clients = new Set<Client>();
  /** The latest batches; the last one has the number {@link #count}, from 1 on. */
  readonly #kept: BatchEvent[] = [];
  #count = 0;
  /** How many batches the pages have been sent. */
  #sent = 0;
  /** The queries whose status has changed since. */
  readonly #changed = new Set<string>();
  #due: "status" | "batch" | undefined;

  constructor(view: RunView, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
    void this.#beat();
  }

  /** A page may have come before there was any query to load. */
  started(): void {
    this.#toAll(this.#reset());
  }

  progress({ query }: BatchProgress): void {
    const latest = this.#view.latest(query);
    if (latest === undefined) return;
    this.#count++;
    if (this.#kept.push({ query, ...latest }) > EVENTS_KEPT_MAX) this.#kept.shift();
    this.#sendSoon("batch");
  }

  status({ query }: QueryStatus): void {
    if (this.#clients.size === 0) return;
    this.#changed.add(query);
    this.#sendSoon("status");
  }

  ended(): void {
    for (const { name } of this.#view.queries()) this.#changed.add(name);
    this.#send();
  }

  /** Ends all streams. */
  close(): void {
    this.#closing.abort();
    for (const client of this.#clients) client.close();
    this.#clients.clear();
  }

  /**
   * The events from now on, for a page.
   *
   * @param lastId The id of the last event that it has.
   * @returns Undefined if there are too many pages already.
   */
  connect(lastId: string | undefined): ReadableStream<Uint8Array> | undefined {
    if (this.#clients.size >= EVENT_CLIENTS_MAX || this.#closing.signal.aborted) return undefined;
    if (this.#clients.size === 0) this.#sent = this.#count;
    let own: Client;
    return new ReadableStream<Uint8Array>({
      start: (client) => {
        own = client;
        this.#clients.add(client);
        client.enqueue(utf8.encode(`retry: ${EVENT_RETRY_MS}\n\n${this.#missed(lastId)}`));
      },
      cancel: () => void this.#clients.delete(own),
    }, new ByteLengthQueuingStrategy({ highWaterMark: EVENT_CLIENT_BYTES_MAX }));
  }

  /** What a page has to know before the next bundle. */
  #missed(lastId: string | undefined): string {
    const [, runId, number] = /^(.+)\.(\d+)$/.exec(lastId ?? "") ?? [];
    const last = Number(number);
    const isKept = runId === this.#runId && last <= this.#sent && last >= this.#count - this.#kept.length;
    if (!isKept) return this.#reset();
    const statuses = this.#view.queries().map((view) => event("status", { query: view.name, view }));
    return [...this.#batches(last, { withViews: false }), ...statuses].join("");
  }

  #reset(): string {
    return `id: ${this.#id(this.#sent)}\n${event("reset", {})}`;
  }

  get #runId(): string {
    return this.#view.runId ?? "none";
  }

  #id(number: number): string {
    return `${this.#runId}.${number}`;
  }

  /** The events from one number to those that were sent. */
  *#batches(after: number, { withViews }: { readonly withViews: boolean }): Iterable<string> {
    const first = this.#count - this.#kept.length;
    const events = this.#kept.slice(Math.max(0, after - first), this.#sent - first);
    const lastOf = new Map(events.map((batch) => [batch.query, batch]));
    let number = Math.max(after, first);
    for (const batch of events) {
      const view = withViews && lastOf.get(batch.query) === batch
        ? { view: this.#view.query(batch.query) }
        : {};
      yield `id: ${this.#id(++number)}\n${event("batch", { ...batch, ...view })}`;
    }
  }

  #sendSoon(kind: "status" | "batch"): void {
    if (this.#clients.size === 0 || this.#due === "batch" || this.#due === kind) return;
    this.#due = kind;
    void this.#clock.sleep(kind === "batch" ? EVENT_BUNDLE_MS : EVENT_STATUS_MS, this.#closing.signal)
      .then(() => {
        // A batch may have come after the change of status that began to wait.
        if (this.#due === kind) this.#send();
      });
  }

  /** Sends what has happened since the last bundle to all pages. */
  #send(): void {
    this.#due = undefined;
    const after = this.#sent;
    this.#sent = this.#count;
    if (this.#clients.size === 0) return this.#changed.clear();
    const texts = [...this.#batches(after, { withViews: true })];
    const first = this.#count - this.#kept.length;
    for (const { query } of this.#kept.slice(Math.max(0, after - first))) this.#changed.delete(query);
    for (const query of this.#changed) {
      const view = this.#view.query(query);
      if (view !== undefined) texts.push(event("status", { query, view }));
    }
    this.#changed.clear();
    if (texts.length > 0) this.#toAll(texts.join(""));
  }

  #toAll(text: string): void {
    const bytes = utf8.encode(text);
    for (const client of this.#clients) {
      // Before, not after: a bundle may be of any size.
      if ((client.desiredSize ?? 0) > 0) {
        client.enqueue(bytes);
        continue;
      }
      this.#clients.delete(client);
      client.error(new Error("The client is too slow."));
    }
  }

  /** A connection on which nothing is said for long looks dead, to the page and to whatever is in between. */
  async #beat(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#clock.sleep(EVENT_HEARTBEAT_MS, signal);
      if (signal.aborted) return;
      this.#toAll(event("alive", {}));
    }
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
