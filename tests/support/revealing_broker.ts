/** A broker of which an analysis sees only as many records as a scenario has reached. */
import type { Broker, PartitionOffsets } from "../../lib/broker/broker.ts";

/** The ends of the partitions, by topic. */
export type TopicEnds = ReadonlyMap<string, PartitionOffsets>;

/** The ends of the topics in one run. */
export interface RunEnds {
  readonly before: TopicEnds;
  /** Behind each batch; undefined for a pause. */
  readonly batches: readonly (TopicEnds | undefined)[];
}

/** A broker, and what shows more of it. */
export interface RevealedBroker {
  readonly broker: Broker;
  /** To be called at each trigger. */
  readonly triggered: () => void;
}

/** The broker with all records of the run, and none behind them. */
export function showingAll(broker: Broker, { before, batches }: RunEnds): RevealedBroker {
  const last = batches.at(-1) ?? before;
  return { broker: replacing(broker, { listEnds: (topic) => last.get(topic)! }), triggered: () => {} };
}

/**
 * The broker with one batch more at each trigger. A pause lasts until the analysis waits for data; where nothing is
 * left, its wait ends the run.
 */
export function revealing(
  broker: Broker,
  { before, batches }: RunEnds,
  stop: AbortController,
): RevealedBroker {
  let next = 0;
  let shown = before;
  return {
    broker: replacing(broker, {
      listEnds: (topic) => shown.get(topic)!,
      waitForData: () => {
        if (next >= batches.length) stop.abort();
        else if (batches[next] === undefined) next++;
        return Promise.resolve(new Map());
      },
    }),
    triggered: () => {
      const ends = batches[next];
      if (ends === undefined) return;
      shown = ends;
      next++;
    },
  };
}

interface Replacement extends Partial<Pick<Broker, "waitForData">> {
  readonly listEnds: (topic: string) => PartitionOffsets;
}

function replacing(broker: Broker, { listEnds, ...others }: Replacement): Broker {
  const replaced: Partial<Broker> = {
    listOffsets: async (topic, at) => at === "latest" ? listEnds(topic) : await broker.listOffsets(topic, at),
    ...others,
  };
  return new Proxy(broker, {
    get(target, name) {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
