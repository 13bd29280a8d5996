/**
 * What a worker does with the messages of the coordinator, whatever carries them. It owns a connection to the
 * broker and the compiled queries, runs tasks in order, and has no state that could not be rebuilt.
 */
import { BoundedQueue } from "../../base/collections/bounded_queue.ts";
import { CHUNKS_IN_FLIGHT_MAX } from "../../base/bounds.ts";
import type { Broker, BrokerAddress } from "../../broker/broker.ts";
import { toErrorMessage } from "./error_message.ts";
import { type FromWorker, memoryOf, type Task, type ToWorker, type WorkerSetup } from "./messages.ts";
import { ReaderPastLoss } from "../source/reader_past_loss.ts";
import { timesBy } from "../../stream/time/date_parse.ts";
import type { RecordFormats } from "../../registry/formats/record_formats.ts";
import type { RegistryHost } from "../../registry/schema_registry.ts";
import type { TableRows } from "../table_reload.ts";
import { type TaskBounds, type TaskOutput, TaskRunner } from "./task_runner.ts";

/** What connects a worker to the outside. */
export interface WorkerPorts {
  /** Sends a message; the memory of the given buffers goes with it. */
  readonly send: (message: FromWorker, transfer?: ArrayBuffer[]) => void;
  readonly openBroker: (address: BrokerAddress) => Promise<Broker>;
  /** What a schema registry is asked with; only streams with schemas need it. */
  readonly registryHost?: RegistryHost;
  /** The time by a monotonic clock, in milliseconds; without it, the work is not measured. */
  readonly monotonicMs?: () => number;
  /** Those by default are {@link TaskRunner}'s. */
  readonly taskBounds?: Partial<TaskBounds>;
  /** How many chunks may wait to be taken. */
  readonly chunksInFlightMax?: number;
}

/** See the module's description. */
export class WorkerLoop {
  readonly #ports: WorkerPorts;
  /** Messages in flight: a put waits for room, and an acknowledgement makes room. */
  readonly #inFlight: {
    readonly chunk: BoundedQueue<"chunk">;
    readonly part: BoundedQueue<"part">;
  };
  #runner: TaskRunner | undefined;
  #compile: ((tables: TableRows) => TaskRunner) | undefined;
  /** Tasks and flushes run one after the other; only `taken` is handled in between. */
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
    this.#inFlight = {
      chunk: new BoundedQueue({ sizeMax: ports.chunksInFlightMax ?? CHUNKS_IN_FLIGHT_MAX }),
      part: new BoundedQueue({ sizeMax: 1 }),
    };
  }

  /** Handles a message. */
  take(message: ToWorker): void {
    switch (message.type) {
      case "prepare":
        return this.#inTurn(() => this.#prepare(message.setup));
      case "tables":
        // Everything is flushed, so no partial results are lost.
        return this.#inTurn(() => void (this.#runner = this.#compile!(message.tables)));
      case "task":
        return this.#inTurn(() => this.#runTask(message.task));
      case "flush":
        return this.#inTurn(() => {
          const partials = this.#runner!.flush(message.queries);
          this.#ports.send({ type: "flushed", partials }, memoryOf(partials));
        });
      case "taken":
        void this.#inFlight[message.what].take();
        return;
    }
  }

  #inTurn(work: () => Promise<void> | void): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) =>
      this.#ports.send({ type: "failed", error: toErrorMessage(error) })
    );
  }

  async #prepare(setup: WorkerSetup): Promise<void> {
    const { send, openBroker, monotonicMs, taskBounds } = this.#ports;
    const formats = await this.#loadFormats(setup);
    const broker = await openBroker(setup.broker);
    const reader = await broker.openReader();
    const onLoss = (message: string) => send({ type: "lost", message });
    const tolerant = setup.failOnDataLoss ? reader : new ReaderPastLoss(reader, broker, onLoss);
    const tables = { ...setup.tables };
    this.#compile = (changed) =>
      new TaskRunner({ ...setup, tables: Object.assign(tables, changed) }, tolerant, {
        ...taskBounds,
        monotonicMs,
        formats,
      });
    this.#runner = this.#compile({});
    send({ type: "ready" });
  }

  /** The decoders of other formats than JSON, and of keys, if a stream has any. */
  async #loadFormats({ streams, registry: address }: WorkerSetup): Promise<RecordFormats | undefined> {
    const formats = Object.values(streams).flatMap(({ format, key }) =>
      [format ?? [], key?.format ?? []].flat()
    );
    if (formats.length === 0) return undefined;
    const { loadFormats } = await import("../../registry/formats/record_formats.ts");
    return await loadFormats(formats, { address, host: this.#ports.registryHost, readTimes: timesBy });
  }

  async #runTask(task: Task): Promise<void> {
    const runner = this.#runner!;
    const counts = await runner.run(task, this.#outputOf(task.id));
    this.#ports.send({
      type: "done",
      task: task.id,
      counts,
      samples: runner.takeSamples(),
      bad: runner.takeBadRecords(),
      busyMs: runner.takeBusyMs(),
    });
  }

  #outputOf(task: number): TaskOutput {
    const { send } = this.#ports;
    return {
      rows: async (query, chunk) => {
        await this.#inFlight.chunk.put("chunk");
        const memory = chunk.text === undefined ? [] : [chunk.text.buffer as ArrayBuffer];
        send({ type: "rows", task, query, chunk }, memory);
      },
      late: async (records) => {
        await this.#inFlight.chunk.put("chunk");
        send({ type: "late", task, records });
      },
      part: async (part) => {
        await this.#inFlight.part.put("part");
        send({ type: "part", task, part }, memoryOf(part.partials));
      },
    };
  }
}
