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
  /** How many batches and pauses the analysis has come to. */
  readonly shown: number;
}

/** The broker with all records of the run, and none behind them; each trigger takes so many batches of them. */
export function showingAll(
  broker: Broker,
  { before, batches }: RunEnds,
  { batchesPerTrigger }: { readonly batchesPerTrigger: number },
): RevealedBroker {
  const last = batches.at(-1) ?? before;
  let shown = 0;
  return {
    broker: replacing(broker, { listEnds: (topic) => last.get(topic)! }),
    triggered: () => shown = Math.min(shown + batchesPerTrigger, batches.length),
    get shown() {
      return shown;
    },
  };
}

/**
 * The broker with one batch more at each trigger, of which some may have been shown before. A pause lasts until the
 * analysis waits for data; where nothing is left, its wait ends the run.
 */
export function revealing(
  broker: Broker,
  { before, batches }: RunEnds,
  { stop, shown = 0 }: { readonly stop: AbortController; readonly shown?: number },
): RevealedBroker {
  let next = shown;
  let ends = batches.slice(0, shown).findLast((ends) => ends !== undefined) ?? before;
  return {
    broker: replacing(broker, {
      listEnds: (topic) => ends.get(topic)!,
      waitForData: () => {
        if (next >= batches.length) stop.abort();
        else if (batches[next] === undefined) next++;
        return Promise.resolve(new Map());
      },
    }),
    triggered: () => {
      const shownNext = batches[next];
      if (shownNext === undefined) return;
      ends = shownNext;
      next++;
    },
    get shown() {
      return next;
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
