/**
 * Gets consistent information about a topic: several responses of a broker that belong to the same topic,
 * requested again while they are in doubt.
 */
import { DOUBT_REPORTED_MS } from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { Broker } from "../../broker/broker.ts";
import { type FoundTopic, type KnownTopic, type Resolution, resolveTopic } from "./resolve_topic.ts";

const log = logger("analyze");

/** The pause before asking again. */
const DOUBT_PAUSE_MS = 100;

/** The result of a look. */
export type Settled = Exclude<Resolution, { readonly kind: "ask-again" }>;

/**
 * Asks about the topic with an id, and asks again if it was recreated in the meantime; undefined if it does not
 * exist.
 *
 * @throws {SfcrimeError} Whatever `ask` throws, except TOPIC_MISSING if the topic is deleted meanwhile.
 */
export async function ofOneTopic<T>(
  broker: Broker,
  topic: string,
  ask: (id: string) => Promise<T>,
): Promise<{ readonly id: string; readonly answer: T } | undefined> {
  const idNow = async () => (await broker.describeTopic(topic))?.id;
  for (let id = await idNow(); id !== undefined;) {
    const answer = await ask(id).catch((error: unknown) => {
      if (error instanceof SfcrimeError && error.code === "TOPIC_MISSING") return undefined;
      throw error;
    });
    const after = await idNow();
    if (answer !== undefined && after === id) return { id, answer };
    id = after;
  }
  return undefined;
}

/**
 * The offsets of a topic. The start offsets are requested only if there is something new. Another topic is new
 * even if it ends where the last one was read up to.
 */
async function findTopic(
  broker: Broker,
  { name: topic, id: knownId, positions }: KnownTopic,
): Promise<FoundTopic | undefined> {
  const found = await ofOneTopic(broker, topic, async (id) => {
    const ends = await broker.listOffsets(topic, "latest");
    const hasChanged = id !== knownId || positions.size !== ends.size ||
      [...ends].some(([partition, end]) => positions.get(partition) !== end);
    return { ends, starts: hasChanged ? await broker.listOffsets(topic, "earliest") : ends };
  });
  return found === undefined ? undefined : { id: found.id, ...found.answer };
}

/**
 * Whether a topic is still as it is known: the same one, with the same partitions, none of which ends before its
 * position. If not, it takes a look to find out what has become of it.
 */
export async function isAsKnown({ name, id, positions }: KnownTopic, broker: Broker): Promise<boolean> {
  const [found, ends] = await Promise.all([broker.describeTopic(name), broker.listOffsets(name, "latest")]);
  return found !== undefined && found.id === id && found.partitions.length === positions.size &&
    [...positions].every(([partition, position]) => (ends.get(partition) ?? -1) >= position);
}

/**
 * Looks at a topic until its state is certain.
 *
 * @param signal Ends a look that is in doubt, with the result "nothing new".
 */
export async function inspectTopic(
  known: KnownTopic,
  { broker, clock, signal }: {
    readonly broker: Broker;
    readonly clock: Clock;
    readonly signal?: AbortSignal;
  },
): Promise<Settled | "no such topic" | "nothing new"> {
  const wasSeen = known.id !== undefined || known.positions.size > 0;
  let doubtSinceMs: number | undefined;
  let isShown = false;
  while (signal?.aborted !== true) {
    const askedMs = clock.monotonicMs();
    const found = await findTopic(broker, known);
    if (found === undefined && !wasSeen) return "no such topic";
    // A response that took long may be as old as its request.
    const doubtfulMs = doubtSinceMs === undefined ? 0 : askedMs - doubtSinceMs;
    const resolution = resolveTopic({ known, found }, { doubtfulMs, staleness: broker.staleness });
    if (resolution.kind !== "ask-again") return resolution;
    doubtSinceMs ??= clock.monotonicMs();
    if (doubtfulMs >= DOUBT_REPORTED_MS && !isShown) {
      isShown = true;
      log.warn(`Checking again, as the response may be out of date: ${resolution.doubt.message}`);
    }
    await clock.sleep(DOUBT_PAUSE_MS, signal);
  }
  return "nothing new";
}
