/** An analysis that runs in this process, over a topic of an embedded broker, while a test looks at it. */
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import { systemHost } from "../../lib/base/host.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";
import { listenerBus, type RunListener, type StartedQuery } from "../../lib/monitoring/run_listener.ts";
import type { CurrentRows } from "../../lib/monitoring/view/current_rows.ts";
import { openEmbeddedBroker } from "./brokers.ts";
import { InProcessWorker } from "./in_process_worker.ts";
import { planFrom } from "./plan_from.ts";
import { tempDir } from "./temp_dir.ts";

/** What runs. */
export interface AnalysisOf {
  /** The topics, each with its number of partitions; the streams of the settings read them. */
  readonly topics: Readonly<Record<string, number>>;
  /** By `section.key`; `{dir}` stands for a directory of its own. Only the queries in them run. */
  readonly settings: Readonly<Record<string, string>>;
  readonly listener?: RunListener;
  /** Appends the records that are there when it starts. */
  readonly before?: (running: RunningAnalysis) => Promise<void>;
  /** Whether current rows are kept; true by default. */
  readonly keepsRows?: boolean;
}

/** See the module's description. */
export class RunningAnalysis implements AsyncDisposable {
  readonly broker: Broker;
  /** What was written to stdout. */
  stdout = "";
  readonly progress: BatchProgress[] = [];
  #queries: readonly StartedQuery[] = [];
  readonly #stop = new AbortController();
  readonly #directory: Awaited<ReturnType<typeof tempDir>>;
  readonly #waiting = new Set<() => void>();
  readonly #ended = Promise.withResolvers<void>();

  private constructor(broker: Broker, directory: Awaited<ReturnType<typeof tempDir>>) {
    this.broker = broker;
    this.#directory = directory;
  }

  /** Starts it, and waits until it is certain that the queries run. */
  static async start(
    { topics, settings, listener = {}, before, keepsRows = true }: AnalysisOf,
  ): Promise<RunningAnalysis> {
    const directory = await tempDir();
    const path = join(directory.path, "broker.db");
    const running = new RunningAnalysis(openEmbeddedBroker(path), directory);
    const { broker } = running;
    for (const [topic, numPartitions] of Object.entries(topics)) {
      await broker.createTopic(topic, { numPartitions, replicationFactor: 1 });
    }
    await before?.(running);
    const started = Promise.withResolvers<void>();
    const own: RunListener = {
      started: ({ queries }) => {
        running.#queries = queries;
        started.resolve();
      },
      progress: (batch) => {
        running.progress.push(batch);
        for (const look of running.#waiting) look();
      },
    };
    const names = Object.keys(settings).flatMap((key) => /^query\.(.*)\.sql$/.exec(key)?.[1] ?? []);
    const values = Object.entries({ "analyze.trigger": "0s", "analyze.workers": "2", ...settings })
      .map(([key, value]) => [key, value.replaceAll("{dir}", directory.path)]);
    const plan = await planFrom(Object.fromEntries(values), { dataDir: directory.path, names });
    analyze({
      broker,
      address: { kind: "embedded", path },
      plan,
      output: {
        write: (bytes) => {
          running.stdout += new TextDecoder().decode(bytes);
          return Promise.resolve();
        },
      },
      host: systemHost,
      spawn: () => new InProcessWorker(broker),
      signal: running.#stop.signal,
      listener: listenerBus([own, listener]),
      keepsRows,
    }).then(running.#ended.resolve, (error: unknown) => {
      started.reject(error);
      running.#ended.reject(error);
    });
    running.#ended.promise.catch(() => {});
    await started.promise;
    return running;
  }

  /** Resolves when the run ends; fails with its error. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Appends records to a partition. */
  async append(
    topic: string,
    values: readonly unknown[],
    { partition = 0, timestampMs = () => Date.now() }: {
      readonly partition?: number;
      /** The timestamp of a record, by its index. */
      readonly timestampMs?: (index: number) => number;
    } = {},
  ): Promise<void> {
    const appender = await this.broker.openAppender({ codec: "none", acks: "all" });
    const records = values.map((value, index) => ({
      key: null,
      value: value === null
        ? null
        : new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
      timestampMs: timestampMs(index),
    }));
    await appender.append(topic, [{ partition, records: RecordsBuilder.of(records) }]);
    await appender.close();
  }

  /** Resolves when a query has read so many records in all, in batches that are committed. */
  async hasRead(query: string, records: number): Promise<void> {
    const isThere = () =>
      this.progress.filter((batch) => batch.query === query)
        .reduce((sum, { inputRecords }) => sum + inputRecords, 0) >= records;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (isThere()) resolve();
    };
    this.#waiting.add(look);
    look();
    await Promise.race([promise, this.ended]);
    this.#waiting.delete(look);
  }

  /** The handle of a query. */
  query(name: string): StartedQuery {
    return this.#queries.find(({ query }) => query === name)!;
  }

  rows(name: string): CurrentRows {
    return this.query(name).rows!;
  }

  /** Ends it after the current batches. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.ended.catch(() => {});
    await this.broker.close();
    await this.#directory[Symbol.asyncDispose]();
  }
}
