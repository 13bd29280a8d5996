/** A reader of server-sent events, as browsers read them. */

/** An event. */
export interface ServerSentEvent {
  /** The last id so far. */
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** A connection that gets events; disposing of it ends it. */
export class EventReader implements AsyncDisposable {
  readonly #end = new AbortController();
  readonly #events: AsyncIterator<ServerSentEvent>;
  #id = "";

  private constructor(response: Response, end: AbortController) {
    this.#end = end;
    this.#events = this.#read(response)[Symbol.asyncIterator]();
  }

  /** Connects; after the event with an id, if it is given. */
  static async connect(url: string, { lastId }: { readonly lastId?: string } = {}): Promise<EventReader> {
    const end = new AbortController();
    const headers = lastId === undefined ? {} : { "last-event-id": lastId };
    const response = await fetch(`${url}/api/events`, { headers, signal: end.signal });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return new EventReader(response, end);
  }

  /** The next event. */
  async next(): Promise<ServerSentEvent> {
    const { done, value } = await this.#events.next();
    if (done === true) throw new Error("The server has ended the connection");
    return value;
  }

  /** The next so many events. */
  async take(count: number): Promise<ServerSentEvent[]> {
    const events: ServerSentEvent[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  async *#read(response: Response): AsyncIterable<ServerSentEvent> {
    let text = "";
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      for (let at = text.indexOf("\n\n"); at >= 0; at = text.indexOf("\n\n")) {
        const fields = Object.fromEntries(text.slice(0, at).split("\n").map((line) => line.split(/: (.*)/s)));
        text = text.slice(at + 2);
        this.#id = fields["id"] ?? this.#id;
        if (fields["data"] === undefined) continue;
        yield { id: this.#id, event: fields["event"] ?? "message", data: JSON.parse(fields["data"]) };
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    return Promise.resolve();
  }
}
