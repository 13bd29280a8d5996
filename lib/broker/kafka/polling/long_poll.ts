/**
 * Waits for records of Kafka without polling: each leader is sent a fetch that it answers as soon as there is
 * data after a position.
 *
 * A server answers the fetches of one connection in order, so a second fetch waits for the first one.
 * Therefore, waits for other topics, from other queries, use a separate connection.
 */
import { POLL_LATE_MS_MAX } from "../../../base/bounds.ts";
import { OVER } from "../../../base/clock.ts";
import { untilAborted } from "../waiting.ts";
import type { TopicOffsets } from "../../broker.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { protocolError } from "../kafkajs/internals.ts";
import type { FetchedPartition, FetchTopic } from "../protocol/fetch.ts";
import type { Outages } from "../../outages/outages.ts";
import type { AnsweredPartition, PrefetchedRecords } from "../../prefetched_records.ts";

/** The connections for long polls. */
export interface LongPollsOptions {
  readonly main: KafkaConnection;
  /** Opens a further connection to the cluster of `main`. */
  readonly open: () => Promise<KafkaConnection>;
  readonly outages: Outages;
  /** Keeps the records of topics whose IDs are known. */
  readonly prefetched: PrefetchedRecords;
}

/** What a leader is asked. */
interface Question {
  readonly leader: number;
  readonly fetched: readonly FetchTopic[];
  readonly maxWaitMs: number;
  /** The maximum of all records, if they are wanted. */
  readonly bytesMax: number | undefined;
}

/** What a leader has reported of the partitions that it was asked for; undefined if it could not be asked. */
type Report = readonly FetchedPartition[] | undefined;

/** A fetch in flight. */
interface Poll {
  readonly topics: string;
  readonly answered: Promise<Report>;
}

/** How long to wait, and for which topics. */
export interface PollOptions {
  /** The IDs of the topics by name, if later topics of the same names do not count. */
  readonly ids?: Readonly<Record<string, string>>;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

/** A connection, and its polls in flight by leader. */
interface Line {
  readonly connection: Promise<KafkaConnection>;
  readonly polls: Map<number, Poll>;
}

/** The bytes to ask for if records are not wanted: an answer contains at least one batch. */
const ONE_BATCH = 1;

/** The pause after a failed poll: the caller gets the error elsewhere, but not in a busy loop. */
const FAILED_POLL_MS = 100;

/** See the module's description. */
export class LongPolls {
  readonly #options: LongPollsOptions;
  readonly #closed = new AbortController();
  /** One for each concurrent wait for different topics. */
  readonly #lines: Line[];

  constructor(options: LongPollsOptions) {
    this.#options = options;
    this.#lines = [{ connection: Promise.resolve(options.main), polls: new Map() }];
  }

  /**
   * Resolves as soon as there is data after a position, or on timeout or abort; sometimes earlier. Returns what
   * the first leader that answered has reported, if one did. It never rejects: the caller requests the offsets
   * next, and gets any error there.
   */
  async wait(positions: TopicOffsets, { ids = {}, maxWaitMs, signal }: PollOptions): Promise<Report> {
    const topics = JSON.stringify([...positions.keys()].sort().map((topic) => [topic, ids[topic] ?? null]));
    const bytesMax = Object.keys(ids).length === 0 ? undefined : this.#options.prefetched.bytesMax;
    const polls = [...this.#byLeader(positions, { ids, bytesMax })].map(([leader, fetched]) =>
      this.#poll(topics, { leader, fetched, maxWaitMs, bytesMax })
    );
    const { host } = this.#options.main;
    // With nothing to poll, just wait.
    if (polls.length === 0) polls.push(host.sleep(maxWaitMs, signal).then(() => undefined));
    if (signal.aborted) return undefined;
    // A server that does not respond would delay this until the request timeout.
    const sinceMs = host.monotonicMs();
    const ended = new AbortController();
    const late = host.sleep(maxWaitMs + POLL_LATE_MS_MAX, ended.signal).then(() => "late" as const);
    const first = await untilAborted(Promise.race([...polls, late]), signal);
    ended.abort(OVER);
    if (first !== "late") return first;
    this.#options.outages.missed(sinceMs);
    return undefined;
  }

  /** Closes the connections that it opened. */
  async close(): Promise<void> {
    this.#closed.abort();
    const [_main, ...own] = this.#lines;
    await Promise.all(own.map(({ connection }) => connection.then((open) => open.close(), () => {})));
  }

  #byLeader(
    positions: TopicOffsets,
    { ids, bytesMax }: Required<Pick<PollOptions, "ids">> & Pick<Question, "bytesMax">,
  ): Map<number, FetchTopic[]> {
    const byLeader = new Map<number, FetchTopic[]>();
    for (const [topic, offsets] of positions) {
      const partitions = this.#options.main.partitionsOf(topic);
      const topicId = ids[topic];
      const awaited = partitions.filter(({ partitionId }) => (offsets.get(partitionId) ?? 0) < Infinity);
      for (const [leader, led] of Map.groupBy(awaited, ({ leader }) => leader)) {
        const fetched = byLeader.get(leader) ?? [];
        byLeader.set(leader, fetched);
        fetched.push({
          topic,
          ...(topicId === undefined ? {} : { topicId }),
          positions: led.map(({ partitionId: partition }) => ({
            partition,
            fetchOffset: offsets.get(partition) ?? 0,
            maxBytes: bytesMax ?? ONE_BATCH,
          })),
        });
      }
    }
    return byLeader;
  }

  /** A poll for the same topics that is still in flight is reused by the next wait. */
  #poll(topics: string, question: Question): Promise<Report> {
    const { leader } = question;
    const same = this.#lines.map(({ polls }) => polls.get(leader)).find((poll) => poll?.topics === topics);
    if (same !== undefined) return same.answered;
    const line = this.#freeLine(leader);
    const answered = this.#fetch(line, question).finally(() => line.polls.delete(leader));
    line.polls.set(leader, { topics, answered });
    return answered;
  }

  #freeLine(leader: number): Line {
    const free = this.#lines.find(({ polls }) => !polls.has(leader));
    if (free !== undefined) return free;
    const line: Line = { connection: this.#options.open(), polls: new Map() };
    line.connection.catch(() => this.#lines.splice(this.#lines.indexOf(line), 1));
    this.#lines.push(line);
    return line;
  }

  async #fetch(line: Line, { leader, fetched, maxWaitMs, bytesMax }: Question): Promise<Report> {
    try {
      const connection = await line.connection;
      for (const { topic } of fetched) await connection.follow(topic);
      const node = await connection.cluster.findBroker({ nodeId: leader });
      const limit = bytesMax === undefined ? {} : { bytesMax };
      const answers = await connection.fetch(node, { topics: fetched, maxWaitMs, ...limit });
      const refused = answers.find(({ errorCode }) => errorCode !== 0);
      if (refused !== undefined) throw protocolError(refused.errorCode);
      if (bytesMax !== undefined) this.#options.prefetched.put(answeredPartitions(answers, fetched));
      return answers;
    } catch {
      if (this.#closed.signal.aborted) return undefined;
      await this.#options.main.cluster.refreshMetadata().catch(() => {});
      await this.#options.main.host.sleep(FAILED_POLL_MS, this.#closed.signal);
      return undefined;
    }
  }
}

/** The answers for topics that were asked for by their IDs, with the offsets that were asked for. */
function answeredPartitions(
  answers: readonly FetchedPartition[],
  asked: readonly FetchTopic[],
): AnsweredPartition[] {
  return answers.flatMap(({ topic: topicId, partition, endOffset: end, aborted, records }) => {
    const { positions = [] } = asked.find((topic) => topic.topicId === topicId) ?? {};
    const from = positions.find((position) => position.partition === partition)?.fetchOffset;
    return from === undefined ? [] : [{ topicId, partition, from, end, aborted, records }];
  });
}
