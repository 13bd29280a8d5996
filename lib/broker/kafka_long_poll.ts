/**
 * Waiting for records of Kafka without asking again and again: each leader is sent a fetch that it answers as soon
 * as a byte lies behind a position.
 *
 * A server answers the fetches of one connection in turn, so that a second fetch waits behind a first one that has
 * nothing to answer. Waits for other topics, which other queries have, get a connection of their own for that.
 */
import { POLL_LATE_MS_MAX } from "../base/bounds.ts";
import { systemClock } from "../base/clock.ts";
import { untilAborted } from "../base/until_aborted.ts";
import type { TopicOffsets } from "./broker.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { protocolError } from "./kafka_internals.ts";
import type { FetchTopic } from "./kafka_protocol.ts";
import type { Outages } from "./outages.ts";

/** How long a wait may last. */
export interface PollOptions {
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

/** What long polls are made on. */
export interface LongPollsOptions {
  readonly main: KafkaConnection;
  /** Opens a further connection to the cluster of `main`. */
  readonly open: () => Promise<KafkaConnection>;
  readonly outages: Outages;
}

/** A fetch that a leader has not answered yet. */
interface Poll {
  readonly topics: string;
  readonly answered: Promise<void>;
}

/** A connection, and its polls under way, by the leader that holds them. */
interface Line {
  readonly connection: Promise<KafkaConnection>;
  readonly polls: Map<number, Poll>;
}

/** After a poll that failed: whoever waits meets there what is wrong, but not in a busy loop. */
const FAILED_POLL_MS = 100;

/** See the module's description. */
export class LongPolls {
  readonly #main: KafkaConnection;
  readonly #open: () => Promise<KafkaConnection>;
  readonly #outages: Outages;
  readonly #closed = new AbortController();
  /** As many as there were waits for different topics at a time. */
  readonly #lines: Line[];

  constructor({ main, open, outages }: LongPollsOptions) {
    this.#main = main;
    this.#open = open;
    this.#outages = outages;
    this.#lines = [{ connection: Promise.resolve(main), polls: new Map() }];
  }

  /**
   * Resolves as soon as a byte lies behind a position, or when the time is up or the signal is aborted; sometimes
   * earlier. It never rejects: whoever waits looks at the offsets next, and meets there what is wrong.
   */
  async wait(positions: TopicOffsets, { maxWaitMs, signal }: PollOptions): Promise<void> {
    const topics = JSON.stringify([...positions.keys()].sort());
    const polls = [...this.#byLeader(positions)].map(([leader, fetched]) =>
      this.#poll(leader, topics, { fetched, maxWaitMs })
    );
    // Nothing to poll for is a wait, too.
    if (polls.length === 0) polls.push(systemClock.sleep(maxWaitMs, signal));
    if (signal.aborted) return;
    // A server that has fallen silent would hold the wait up for as long as any request.
    const sinceMs = systemClock.monotonicMs();
    const ended = new AbortController();
    const late = systemClock.sleep(maxWaitMs + POLL_LATE_MS_MAX, ended.signal).then(() => "late" as const);
    const first = await untilAborted(Promise.race([...polls, late]), signal);
    ended.abort();
    if (first === "late") this.#outages.missed(sinceMs);
  }

  /** Closes the connections that it has opened. */
  async close(): Promise<void> {
    this.#closed.abort();
    const [_main, ...own] = this.#lines;
    await Promise.all(own.map(({ connection }) => connection.then((open) => open.close(), () => {})));
  }

  #byLeader(positions: TopicOffsets): Map<number, FetchTopic[]> {
    const byLeader = new Map<number, FetchTopic[]>();
    for (const [topic, offsets] of positions) {
      const partitions = this.#main.partitionsOf(topic);
      const awaited = partitions.filter(({ partitionId }) => (offsets.get(partitionId) ?? 0) < Infinity);
      for (const [leader, led] of Map.groupBy(awaited, ({ leader }) => leader)) {
        const fetched = byLeader.get(leader) ?? [];
        byLeader.set(leader, fetched);
        fetched.push({
          topic,
          positions: led.map(({ partitionId: partition }) => ({
            partition,
            fetchOffset: offsets.get(partition) ?? 0,
            maxBytes: 1,
          })),
        });
      }
    }
    return byLeader;
  }

  /** A poll for the same topics that is still under way at a leader stays there, and serves the next wait. */
  #poll(
    leader: number,
    topics: string,
    options: { readonly fetched: readonly FetchTopic[]; readonly maxWaitMs: number },
  ): Promise<void> {
    const same = this.#lines.map(({ polls }) => polls.get(leader)).find((poll) => poll?.topics === topics);
    if (same !== undefined) return same.answered;
    const line = this.#freeLine(leader);
    const answered = this.#fetch(line, leader, options).finally(() => line.polls.delete(leader));
    line.polls.set(leader, { topics, answered });
    return answered;
  }

  #freeLine(leader: number): Line {
    const free = this.#lines.find(({ polls }) => !polls.has(leader));
    if (free !== undefined) return free;
    const line: Line = { connection: this.#open(), polls: new Map() };
    line.connection.catch(() => this.#lines.splice(this.#lines.indexOf(line), 1));
    this.#lines.push(line);
    return line;
  }

  async #fetch(
    line: Line,
    leader: number,
    { fetched, maxWaitMs }: { readonly fetched: readonly FetchTopic[]; readonly maxWaitMs: number },
  ): Promise<void> {
    try {
      const connection = await line.connection;
      for (const { topic } of fetched) await connection.follow(topic);
      const node = await connection.cluster.findBroker({ nodeId: leader });
      const answers = await connection.fetch(node, { topics: fetched, maxWaitMs });
      const refused = answers.find(({ errorCode }) => errorCode !== 0);
      if (refused !== undefined) throw protocolError(refused.errorCode);
    } catch {
      if (this.#closed.signal.aborted) return;
      await this.#main.cluster.refreshMetadata().catch(() => {});
      await systemClock.sleep(FAILED_POLL_MS, this.#closed.signal);
    }
  }
}
