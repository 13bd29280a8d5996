/**
 * A look at a topic: several answers of a broker that are of one and the same topic, asked for again as long as they
 * are in doubt.
 */
import { DOUBT_TOLD_MS } from "../base/bounds.ts";
import { systemClock } from "../base/clock.ts";
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Broker, PartitionOffsets } from "../broker/broker.ts";
import { type FoundTopic, type KnownTopic, type Resolution, resolveTopic } from "./resolve_topic.ts";

const log = logger("analyze");

/** How long a look that is in doubt waits before it asks again. */
const DOUBT_PAUSE_MS = 100;

/** What a look comes to. */
export type Settled = Exclude<Resolution, { readonly kind: "ask-again" }>;

/**
 * Asks about a topic, and asks anew where it was replaced meanwhile; undefined where there is none.
 *
 * @throws {SfcrimeError} What `ask` throws, but for TOPIC_MISSING of a topic that is deleted while it asks.
 */
export async function ofOneTopic<T>(
  broker: Broker,
  topic: string,
  ask: () => Promise<T>,
): Promise<{ readonly id: string; readonly answer: T } | undefined> {
  const idNow = async () => (await broker.describeTopic(topic))?.id;
  for (let id = await idNow(); id !== undefined;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof SfcrimeError && error.code === "TOPIC_MISSING") return undefined;
      throw error;
    });
    const after = await idNow();
    if (answer !== undefined && after === id) return { id, answer };
    id = after;
  }
  return undefined;
}

/** What a topic holds. Where that is not more than what was read, nobody asks where it starts. */
async function findTopic(
  broker: Broker,
  topic: string,
  positions: PartitionOffsets,
): Promise<FoundTopic | undefined> {
  const found = await ofOneTopic(broker, topic, async () => {
    const ends = await broker.listOffsets(topic, "latest");
    const hasNews = positions.size !== ends.size ||
      [...ends].some(([partition, end]) => positions.get(partition) !== end);
    return { ends, starts: hasNews ? await broker.listOffsets(topic, "earliest") : ends };
  });
  return found === undefined ? undefined : { id: found.id, ...found.answer };
}

/**
 * Looks at a topic until it is settled what has become of it.
 *
 * @param signal Ends a look that is in doubt, with nothing new.
 */
export async function lookAtTopic(
  known: KnownTopic,
  { broker, signal }: { readonly broker: Broker; readonly signal?: AbortSignal },
): Promise<Settled | "no such topic" | "nothing new"> {
  const wasSeen = known.id !== undefined || known.positions.size > 0;
  let doubtSinceMs: number | undefined;
  let isTold = false;
  while (signal?.aborted !== true) {
    const found = await findTopic(broker, known.name, known.positions);
    if (found === undefined && !wasSeen) return "no such topic";
    const doubtfulMs = doubtSinceMs === undefined ? 0 : performance.now() - doubtSinceMs;
    const resolution = resolveTopic({ known, found }, { doubtfulMs, staleness: broker.staleness });
    if (resolution.kind !== "ask-again") return resolution;
    doubtSinceMs ??= performance.now();
    if (doubtfulMs >= DOUBT_TOLD_MS && !isTold) {
      isTold = true;
      log.warn(`Asking again, since the answer may be out of date: ${resolution.doubt.message}`);
    }
    await systemClock.sleep(DOUBT_PAUSE_MS, signal);
  }
  return "nothing new";
}
