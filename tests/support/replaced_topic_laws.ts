/**
 * What an analysis makes of a topic that is deleted and created again at the worst of moments: between two of the
 * questions by which it plans a batch, or while it runs one. The new topic has more records than the old one had,
 * so that by its offsets alone it seems to have gone on.
 */
import { deepEqual, equal, ok } from "assert";
import { analyze } from "../../lib/analyze/analyze.ts";
import type { AnalyzeOptions } from "../../lib/analyze/analyze_options.ts";
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";
import type { BatchStep } from "../../lib/monitoring/run_listener.ts";
import { systemHost } from "../../lib/base/host.ts";
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { Broker, BrokerAddress } from "../../lib/broker/broker.ts";
import { openBroker } from "./brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import type { Sink, SinkBatch } from "../../lib/sinks/sink.ts";
import { planFrom } from "./plan_from.ts";
import { tempDir } from "./temp_dir.ts";
import { freshTopic } from "./workplace.ts";
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";

/** Behind which call of the broker, or of the sink, the topic is replaced. */
type Moment = "describeTopic" | "latest" | "earliest" | "begin" | "write";

/** The records by their ids: those of the old topic, and those of the new one. */
const OLD = [1, 2];
const NEW = [10, 11, 12];
const LATER = 13;

const TOLERANT = { "analyze.fail_on_data_loss": "false" };

/** How a run differs from the others. */
interface RunOptions extends Partial<AnalyzeOptions> {
  /** By `section.key`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A topic of one partition, and what is done with it. */
class Place {
  readonly topic = freshTopic();
  readonly broker: Broker;
  readonly #address: BrokerAddress;
  /** The ids of the rows that were committed, as they came. */
  readonly committed: number[] = [];
  #lastBatch: SinkBatch | undefined;

  constructor(broker: Broker, address: BrokerAddress) {
    this.broker = broker;
    this.#address = address;
  }

  async make(): Promise<void> {
    const once = { numPartitions: 1, replicationFactor: 1, config: { "retention.ms": "-1" } };
    equal(await this.broker.createTopic(this.topic, once), true);
  }

  async send(...ids: readonly number[]): Promise<void> {
    const appender = await this.broker.openAppender({ codec: "none", acks: "all" });
    const records = ids.map((id) => ({
      key: null,
      value: new TextEncoder().encode(JSON.stringify({ id })),
      timestampMs: 0,
    }));
    await appender.append(this.topic, [{ partition: 0, records: RecordsBuilder.of(records) }]);
    await appender.close();
  }

  async replace(): Promise<void> {
    await this.broker.deleteTopic(this.topic);
    while (await this.broker.describeTopic(this.topic) !== undefined);
    await this.make();
    await this.send(...NEW);
  }

  /** Runs the query that gives the ids; `hooks` are called behind what their names say. */
  async run(
    trigger: string,
    { settings = {}, ...options }: RunOptions,
    hook: (moment: Moment) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const values = {
      "stream.t.topic": this.topic,
      "stream.t.columns": "id INT",
      "stream.t.watermark": "none",
      "query.ids.sql": "SELECT id FROM t",
      "analyze.trigger": trigger,
      "analyze.workers": "1",
      ...settings,
    };
    await analyze({
      broker: hooked(this.broker, hook),
      address: this.#address,
      plan: await planFrom(values, { names: ["ids"] }),
      output: { write: () => Promise.resolve() },
      host: systemHost,
      spawn: spawnWorker,
      signal: new AbortController().signal,
      makeSink: () => this.#sink(hook),
      ...options,
    });
  }

  #sink(hook: (moment: Moment) => Promise<void>): Sink {
    let rows: number[] = [];
    let current: SinkBatch | undefined;
    return {
      description: "ids",
      format: { kind: "values", rowsMax: Infinity },
      exactlyOnce: true,
      open: () => Promise.resolve(this.#lastBatch),
      begin: async (batch) => {
        rows = [];
        current = batch;
        await hook("begin");
      },
      write: async (chunk) => {
        rows.push(...(chunk.rows ?? []).map(([id]) => Number(id)));
        await hook("write");
      },
      commit: () => {
        this.committed.push(...rows);
        this.#lastBatch = current;
        return Promise.resolve();
      },
    };
  }
}

/** The broker, with a hook behind the questions that plan a batch. */
function hooked(broker: Broker, hook: (moment: Moment) => Promise<void>): Broker {
  const behind: Partial<Broker> = {
    describeTopic: async (topic) => {
      const found = await broker.describeTopic(topic);
      await hook("describeTopic");
      return found;
    },
    listOffsets: async (topic, at) => {
      const offsets = await broker.listOffsets(topic, at);
      if (typeof at === "string") await hook(at);
      return offsets;
    },
  };
  return new Proxy(broker, {
    get(target, name) {
      const value: unknown = Reflect.get(behind, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function isDataLoss(error: unknown): boolean {
  return error instanceof SfcrimeError && error.code === "DATA_LOSS" &&
    /was deleted and created again \(its ID was \S+, and is now \S+\)\. It was read up to offset [12] of \S+-0/
      .test(error.message);
}

/** Registers the laws as tests. */
export function replacedTopicLaws(name: string, address: BrokerAddress): void {
  const law = (title: string, body: (place: Place) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      const broker = await openBroker(address);
      try {
        const place = new Place(broker, address);
        await place.make();
        await place.send(OLD[0]!);
        await body(place);
      } finally {
        await broker.close();
      }
    });

  for (const moment of ["describeTopic", "latest", "earliest", "begin", "write"] as const) {
    for (const failOnDataLoss of [true, false]) {
      const what = failOnDataLoss
        ? "none of the new topic is read"
        : "each record of the new topic is read once";
      law(
        `A topic is replaced behind ${moment}, with fail_on_data_loss = ${failOnDataLoss}: ${what}`,
        async (place) => {
          const stop = new AbortController();
          let next: "first batch" | "second look" | Moment | undefined = "first batch";
          const hook = async (at: Moment) => {
            if (next === "second look") {
              await place.send(OLD[1]!);
              next = moment;
            }
            if (next !== at) return;
            next = undefined;
            await place.replace();
          };
          let ran = Promise.resolve();
          const progress = ({ batchId }: BatchProgress) => {
            ran = ran.then(async () => {
              if (batchId === 0) next = "second look";
              else if (place.committed.includes(LATER)) stop.abort();
              else if (place.committed.includes(NEW.at(-1)!)) await place.send(LATER);
            });
          };
          const settings = { "analyze.fail_on_data_loss": String(failOnDataLoss) };
          const options = { settings, signal: stop.signal, listener: { progress } };
          const failure = await place.run("50ms", options, hook).catch((error: unknown) => error);
          await ran;
          // What was read of the old topic before it was replaced is an answer like any other.
          const old = place.committed.filter((id) => OLD.includes(id));
          deepEqual(old, OLD.slice(0, Math.max(1, old.length)));
          const fresh = place.committed.slice(old.length);
          if (failOnDataLoss) {
            ok(isDataLoss(failure), String(failure));
            deepEqual(fresh, []);
          } else {
            equal(failure, undefined);
            deepEqual(fresh, [...NEW, LATER]);
          }
        },
      );
    }
  }

  law(
    "A batch that was logged before its topic was replaced gives none of the new topic twice",
    async (place) => {
      await using directory = await tempDir();
      const settings = { "analyze.checkpoint": directory.path };
      const crash = new Error("crash");
      const step = (done: BatchStep) => {
        if (done.batchId === 1 && done.step === 1) throw crash;
      };
      await place.run("available-now", { settings });
      await place.send(OLD[1]!);
      equal(
        await place.run("available-now", { settings, listener: { step } }).catch((error: unknown) => error),
        crash,
      );
      deepEqual(place.committed, [OLD[0]]);
      await place.replace();
      const failure = await place.run("available-now", { settings }).catch((error: unknown) => error);
      ok(isDataLoss(failure), String(failure));
      for (let run = 0; run < 2; run++) {
        await place.run("available-now", { settings: { ...settings, ...TOLERANT } });
        deepEqual(place.committed, [OLD[0], ...NEW]);
      }
    },
  );

  law(
    "A batch that its sink has keeps the id of its topic, and all of the new topic is read after another crash",
    async (place) => {
      await using directory = await tempDir();
      const settings = { ...TOLERANT, "analyze.checkpoint": directory.path };
      const crash = new Error("crash");
      const crashAfter = async (last: BatchStep["step"]) => {
        const step = ({ batchId, step }: BatchStep) => {
          if (batchId === 1 && step === last) throw crash;
        };
        const ran = place.run("available-now", { settings, listener: { step } });
        equal(await ran.catch((error: unknown) => error), crash);
        deepEqual(place.committed, OLD);
      };
      await place.run("available-now", { settings });
      await place.send(OLD[1]!);
      await crashAfter(3);
      await place.replace();
      await crashAfter(4);
      await place.run("available-now", { settings });
      deepEqual(place.committed, [...OLD, ...NEW]);
    },
  );

  law("A new topic that ends where the old one was read up to is read from its beginning", async (place) => {
    await using directory = await tempDir();
    const settings = { "analyze.checkpoint": directory.path };
    await place.send(...NEW.slice(1));
    await place.run("available-now", { settings });
    await place.replace();
    await place.run("available-now", { settings: { ...settings, ...TOLERANT } });
    deepEqual(place.committed, [OLD[0], ...NEW.slice(1), ...NEW]);
  });
}
