/** An analysis with its dashboard, as a program of its own, and a page that watches it through a proxy. */
import { equal } from "assert";
import type { Page, Request } from "playwright-core";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import { TestBrowser, type WatchedPage } from "./browser.ts";
import { FaultyProxy } from "./faulty_proxy.ts";
import { freePorts } from "./ports.ts";
import type { RunningProgram } from "./program.ts";
import { recordLines } from "./watched_records.ts";
import { whenSame } from "./when_true.ts";
import type { Workplace } from "./workplace.ts";

/** Queries whose results have charts of all kinds. */
export const QUERIES = ["by_city", "by_hour", "over_time", "rows"] as const;

const CONFIG = (topic: string) => `
[query.by_city]
sql = SELECT city, count(*) AS calls FROM things GROUP BY city
output_mode = complete
[query.by_hour]
sql = SELECT hour(at) AS hour, weekday(at) AS weekday, count(*) AS calls FROM things GROUP BY 1, 2
output_mode = complete
[query.over_time]
sql = SELECT window(at, '1 day') AS day, city, count(*) AS calls FROM things GROUP BY 1, 2
output_mode = complete
[query.rows]
sql = SELECT city, n FROM things
output_mode = append
[stream.things]
topic = ${topic}
columns = city STRING, n BIGINT, at TIMESTAMP
watermark = none
`;

/** How long all of it may take, which only a failure does. */
const RUN_MS_MAX = 300_000;

/** See the module's description. */
export class WatchedAnalysis implements AsyncDisposable {
  readonly place: Workplace;
  readonly browser: TestBrowser;
  /** What the page believes to be the server. */
  readonly proxy = new FaultyProxy();
  readonly #port = freePorts(1)[0]!;
  #program: RunningProgram | undefined;
  #watched: WatchedPage | undefined;
  readonly #rowsRequests = new Set<Request>();
  #sent = 0;

  private constructor(place: Workplace, browser: TestBrowser) {
    this.place = place;
    this.browser = browser;
    this.proxy.forwardTo(`127.0.0.1:${this.#port}`);
  }

  /** Starts all of it, with some records to begin with, and opens the page. */
  static async start(place: Workplace, chromium: string): Promise<WatchedAnalysis> {
    const watched = new WatchedAnalysis(place, await TestBrowser.start(chromium));
    await Deno.writeTextFile(`${place.directory}/app.cfg`, CONFIG(place.topic));
    await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "2"]);
    await watched.send(200);
    await watched.run();
    watched.#watched = await watched.browser.open(`${watched.shownUrl}/#/by_city/results`, {
      hasClock: true,
    });
    watched.#noteRequests();
    return watched;
  }

  #noteRequests(): void {
    const over = (request: Request) => void this.#rowsRequests.delete(request);
    this.page.on("request", (request) => {
      if (/\/rows\?/.test(request.url())) this.#rowsRequests.add(request);
    }).on("requestfinished", over).on("requestfailed", over);
  }

  /** How many requests for rows the page waits for. */
  get rowsRequests(): number {
    return this.#rowsRequests.size;
  }

  /** Where the server is. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where the page finds it. */
  get shownUrl(): string {
    return `http://127.0.0.1:${this.proxy.port}`;
  }

  get page(): Page {
    return this.#watched!.page;
  }

  get errors(): string[] {
    return this.#watched!.errors;
  }

  get origins(): ReadonlySet<string> {
    return this.#watched!.origins;
  }

  /** How many records there are. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends further records. */
  async send(count: number): Promise<void> {
    await Deno.writeTextFile(
      `${this.place.directory}/things.json`,
      recordLines(this.#sent, this.#sent + count),
    );
    await this.place.succeedInProcess(["produce", "--input", "things.json", "--key", "none"]);
    this.#sent += count;
  }

  /** Sends further records, and waits until each query has committed them. */
  async analyze(count: number): Promise<void> {
    await this.send(count);
    for (const query of QUERIES) await whenSame(() => this.#read(query), () => this.#sent);
  }

  async #read(query: string): Promise<number> {
    const { batches } = await this.history(query);
    return batches.reduce((sum, { inputRows }) => sum + inputRows, 0);
  }

  /** Starts the analysis, or goes on with it. */
  async run(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const flags = ["--ui", "--ui-port", String(this.#port), "--sink", "none", "--trigger", "200ms"];
    const rest = ["--workers", "1", "--checkpoint", "checkpoint"];
    this.#program = this.place.start(["analyze", ...flags, ...rest], { msMax: RUN_MS_MAX, env });
    await this.program.until(({ stderr }) => stderr.includes("Dashboard at"));
  }

  get program(): RunningProgram {
    return this.#program!;
  }

  /** Ends the analysis in good order. */
  async stop(): Promise<void> {
    this.program.kill("SIGINT");
    equal((await this.program.ended()).code, 0);
  }

  async history(query: string): Promise<HistorySnapshot> {
    return await (await fetch(`${this.url}/api/queries/${query}/history`)).json() as HistorySnapshot;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
  }
}
