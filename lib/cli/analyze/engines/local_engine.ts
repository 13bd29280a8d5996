/** The engine of this program: a coordinator, and workers in threads. */
import { analyze } from "../../../analyze/analyze.ts";
import { LocalWorker } from "../../../analyze/workers/local/local_worker.ts";
import type { WorkerThread } from "../../../analyze/workers/worker_thread.ts";
import type { Clock } from "../../../base/clock.ts";
import { closingAll } from "../../../base/closing.ts";
import type { Broker } from "../../../broker/broker.ts";
import { openBroker } from "../../../broker/open.ts";
import { LateRows, LateRowsFile } from "../../../monitoring/late_rows/late_rows.ts";
import type { RunListener } from "../../../monitoring/run_listener.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import { connect, type Context } from "../../context.ts";
import type { Io } from "../../io.ts";
import type { Engine, EngineRun } from "./engine.ts";

/** What it takes from the machine. */
export interface LocalEngineOptions {
  readonly plan: AnalysisPlan;
  /** Creates a worker thread. */
  readonly spawn: () => WorkerThread;
}

/** See the module's description. */
export class LocalEngine implements Engine {
  readonly isCluster = false;
  readonly stopText = "Stopping after the current batch. Press Ctrl-C again to stop immediately.";
  readonly #context: Context;
  readonly #options: LocalEngineOptions;
  readonly #openLateRows: ((broker: Broker) => LateRows) | undefined;
  #broker: Broker | undefined;
  #lateRows: LateRows | undefined;

  /** @throws {SfcrimeError} If late rows cannot go where they are to. */
  constructor(context: Context, options: LocalEngineOptions) {
    this.#context = context;
    this.#options = options;
    this.#openLateRows = lateRowsOf(options.plan, context.io.host);
  }

  get broker(): string {
    return this.#broker?.description ?? "not connected yet";
  }

  get listener(): RunListener | undefined {
    return this.#lateRows;
  }

  startText(topics: string, queries: string): string {
    return `Analysing ${topics}: ${queries}`;
  }

  async open(): Promise<void> {
    this.#broker = await connect(this.#context);
    this.#lateRows = this.#openLateRows?.(this.#broker);
  }

  async run(run: EngineRun): Promise<void> {
    const { io, address } = this.#context;
    const broker = this.#broker!;
    const { host, stdout: output } = io;
    const startLocal = () => localWorker(io, broker);
    await analyze({ ...this.#options, ...run, broker, address, output, host, startLocal });
  }

  async close(): Promise<void> {
    await closingAll(async () => {}, () => [() => this.#lateRows?.close(), () => this.#broker?.close()]);
  }
}

/**
 * A worker in this thread, whose connection tells of outages as that of the coordinator does, and reads the records
 * that came with the answers to its waits.
 */
function localWorker({ host }: Io, { outages, prefetched }: Broker): WorkerThread {
  const shared = {
    ...outages === undefined ? {} : { outages },
    ...prefetched === undefined ? {} : { prefetched },
  };
  return new LocalWorker((address) => openBroker(address, { host, isKnown: true, ...shared }), host);
}

/** Where late rows go, for a broker; a file is opened at once, so that an error comes before there is a broker. */
function lateRowsOf(
  { lateRows, sinkTopics }: AnalysisPlan,
  clock: Clock,
): ((broker: Broker) => LateRows) | undefined {
  if (lateRows === undefined) return undefined;
  if (lateRows.kind === "file") {
    const file = LateRowsFile.open(lateRows.path);
    return () => new LateRows(() => Promise.resolve(file));
  }
  const { topic } = lateRows;
  return (broker) =>
    new LateRows(async () => {
      const { LateRowsTopic } = await import("../../../monitoring/late_rows/late_rows_topic.ts");
      return await LateRowsTopic.open({ broker, topic, sinkTopics, clock });
    });
}
