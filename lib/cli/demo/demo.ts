/**
 * `sfcrime demo`: runs the whole pipeline over the sample, on an embedded broker in a temporary directory. On a
 * terminal it runs slowly enough to watch; elsewhere as fast as possible.
 */
import { join } from "node:path";
import type { Command } from "commander";
import { analyze } from "../../analyze/analyze.ts";
import { spawnWorker } from "../../analyze/workers/worker_thread.ts";
import { planAnalysis } from "../../plan/plan_analysis.ts";
import { planUi } from "../../plan/run/plan_ui.ts";
import { closingAll } from "../../base/closing.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { listenerBus, type RunListener } from "../../monitoring/run_listener.ts";
import { RunRecord } from "../../monitoring/run_record.ts";
import { LiveView } from "../../monitoring/view/live_view.ts";
import { type Dashboard, serveDashboard } from "../analyze/dashboard.ts";
import { configureLogging } from "../../base/log.ts";
import { temporaryDirectory } from "../../base/files/temporary.ts";
import { UTC } from "../../base/time_zone.ts";
import type { Broker, BrokerAddress } from "../../broker/broker.ts";
import { ensureTopic } from "../../broker/topics/new_topic.ts";
import { openBroker } from "../../broker/open.ts";
import { loadSettings, type Settings } from "../../config/settings.ts";
import { DeadLetters } from "../../produce/broken/dead_letters.ts";
import { openInput, SAMPLE } from "../../produce/input/open_input.ts";
import type { Pace } from "../../produce/pace.ts";
import { produce } from "../../produce/produce.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import { NO_SINK } from "../../sinks/make_sink.ts";
import type { RowChunk, RowFormat, Sink } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { interruptible } from "../context.ts";
import { type DemoState, demoSummary, demoTables, demoView } from "./demo_view.ts";
import type { Io } from "../io.ts";
import type { TerminalView } from "../terminal/terminal.ts";

/** On a terminal: calls per second, and how often the tables change. */
const WATCHED_RATE = 900;
const WATCHED_TRIGGER = "250ms";

const PARTITIONS = 2;

/** The queries whose results are printed. */
const BY_TYPE = "by_type";
const WITH_DISPOSITION = "with_disposition";

/** Adds the verb's action; it has no flags. */
export function addDemo(command: Command, io: Io): void {
  command.action(async () => {
    configureLogging({ level: "warning", format: "text", writeLine: (line) => io.writeError(`${line}\n`) });
    await interruptible(io, async (signal) => {
      const directory = temporaryDirectory("sfcrime-demo-");
      try {
        await new Demo(io, directory.path, signal).run();
      } finally {
        directory.remove();
      }
    }, () => io.writeError("Stopping. Press Ctrl-C again to stop immediately.\n"));
  });
}

class Demo {
  readonly #io: Io;
  readonly #address: BrokerAddress;
  readonly #directory: string;
  readonly #signal: AbortSignal;
  readonly #startMs: number;
  readonly #byType = new CollectingSink();
  readonly #calls = new CollectingSink();
  #sent = 0;
  #analysed = 0;
  #withoutCode = 0;
  #lastCalls: readonly Row[] = [];
  #url: string | undefined;

  constructor(io: Io, directory: string, signal: AbortSignal) {
    this.#io = io;
    this.#startMs = io.host.monotonicMs();
    this.#directory = directory;
    this.#address = { kind: "embedded", path: join(directory, "broker.db") };
    this.#signal = signal;
  }

  async run(): Promise<void> {
    await this.#print(
      "sfcrime demo: real calls for service are produced to a topic and analysed by two queries\n\n",
    );
    const broker = await openBroker(this.#address, { host: this.#io.host });
    try {
      await ensureTopic(broker, demoSettings().kafka.topic, {
        numPartitions: PARTITIONS,
        replicationFactor: 1,
      });
      const view = this.#io.showView("stdout", {
        place: "screen",
        draw: (size) => demoView(this.#state(), size),
      });
      if (view === undefined) await this.#runAtOnce(broker);
      else await this.#runWatched(broker, view).finally(() => view.end());
      await this.#printResult();
    } finally {
      await broker.close();
    }
  }

  async #runAtOnce(broker: Broker): Promise<void> {
    await this.#produce(broker, { kind: "unlimited" });
    await this.#analyze(broker, { trigger: "available-now", signal: this.#signal });
  }

  async #runWatched(broker: Broker, view: TerminalView): Promise<void> {
    const finished = new AbortController();
    const produced = this.#produce(broker, { kind: "rate", everyMs: 1_000 / WATCHED_RATE });
    let total: number | undefined;
    void produced.then(() => total = this.#sent, () => finished.abort());
    await this.#analyze(broker, {
      trigger: WATCHED_TRIGGER,
      isWatched: true,
      signal: AbortSignal.any([this.#signal, finished.signal]),
      onBatch: () => {
        view.update();
        if (this.#analysed === total) finished.abort();
      },
    });
    await produced;
  }

  /** Prints the results so far: the run may have been stopped early. */
  async #printResult(): Promise<void> {
    const state = this.#state();
    if (state.analysed === 0) return;
    const tables = demoTables(state, this.#io.sizeOf("stdout")?.columns);
    const program = Deno.build.standalone ? "./sfcrime" : "deno task sfcrime";
    await this.#print(`${tables}\n${demoSummary(state, program)}`);
  }

  async #produce(broker: Broker, pace: Pace): Promise<void> {
    const settings = demoSettings();
    await produce({
      broker,
      topic: settings.kafka.topic,
      input: await openInput(SAMPLE, { stdin: this.#io.stdin }),
      pace,
      record: { keyField: settings.producer.key, schema: "calls", zone: UTC },
      timestamp: "now",
      append: { codec: "none", acks: "all" },
      limit: undefined,
      loop: false,
      onError: "fail",
      strict: true,
      requireKey: true,
      deadLetters: new DeadLetters(join(this.#directory, "dead-letters.ndjson"), this.#io.host),
      clock: this.#io.host,
      signal: this.#signal,
      onProgress: ({ sent }) => this.#sent = sent,
    });
  }

  async #analyze(
    broker: Broker,
    { trigger, signal, isWatched = false, onBatch = () => {} }: {
      readonly trigger: string;
      readonly signal: AbortSignal;
      readonly isWatched?: boolean;
      readonly onBatch?: () => void;
    },
  ): Promise<void> {
    const plan = await planAnalysis(demoSettings({ trigger }), {
      hasUi: isWatched,
      dataDir: this.#directory,
      processorCount: this.#io.processorCount,
    });
    const record = new RunRecord();
    const view = new LiveView({ plan, record, clock: this.#io.host });
    const dashboard = isWatched ? await this.#dashboard(view, broker) : undefined;
    this.#url = dashboard?.url;
    const counting: RunListener = {
      progress: ({ query }) => {
        if (query !== WITH_DISPOSITION) return;
        const { rows } = this.#calls;
        this.#analysed += rows.length;
        this.#withoutCode += rows.filter((row) => row.at(-1) === null).length;
        if (rows.length > 0) this.#lastCalls = rows;
        onBatch();
      },
    };
    await closingAll(() =>
      analyze({
        broker,
        address: this.#address,
        plan,
        output: this.#io.stdout,
        host: this.#io.host,
        spawn: spawnWorker,
        signal,
        keepsRows: dashboard !== undefined,
        makeSink: (plan) => this.#sinkOf(plan),
        listener: listenerBus([
          record,
          ...dashboard === undefined ? [] : [view, dashboard.listener],
          counting,
        ]),
      }), () => [() => dashboard?.close()]);
  }

  /** The dashboard of the run, which shows the same and how the engine does; undefined if none of its ports is free, which is no reason not to run. */
  async #dashboard(view: LiveView, broker: Broker): Promise<Dashboard | undefined> {
    try {
      return await serveDashboard(this.#io, {
        view,
        ui: planUi(demoSettings()),
        broker: () => broker.description,
      });
    } catch (error) {
      if (error instanceof SfcrimeError) return undefined;
      throw error;
    }
  }

  #sinkOf({ name, output }: QueryPlan): Sink {
    const sink = name === BY_TYPE ? this.#byType : name === WITH_DISPOSITION ? this.#calls : undefined;
    if (sink === undefined) return NO_SINK;
    sink.schema = output;
    return sink;
  }

  #state(): DemoState {
    return {
      sent: this.#sent,
      analysed: this.#analysed,
      withoutCode: this.#withoutCode,
      elapsedMs: this.#io.host.monotonicMs() - this.#startMs,
      byType: this.#byType.rows,
      byTypeSchema: this.#byType.schema,
      lastCalls: this.#lastCalls,
      callsSchema: this.#calls.schema,
      dashboard: this.#url,
    };
  }

  async #print(text: string): Promise<void> {
    await this.#io.stdout.write(new TextEncoder().encode(text));
  }
}

/** The demo ignores files and the environment, so that it is the same everywhere. */
function demoSettings({ trigger }: { readonly trigger?: string } = {}): Settings {
  const flags = trigger === undefined
    ? []
    : [{ setting: "analyze.trigger", flag: "--trigger", value: trigger }];
  return loadSettings({ flags, properties: [], environment: {}, file: undefined });
}

/** Keeps the rows of the last batch. */
class CollectingSink implements Sink {
  readonly description = "demo";
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  schema: Schema = [];
  rows: Row[] = [];

  begin(): void {
    this.rows = [];
  }

  write({ rows = [] }: RowChunk): Promise<void> {
    this.rows.push(...rows);
    return Promise.resolve();
  }
}
