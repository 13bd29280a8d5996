/** Where a new query starts, by the options of Spark's connector, which has a separate one for each kind of start. */
import { SfcrimeError } from "../base/errors.ts";
import { topicFilter, type TopicSelection } from "../config/values/topic_selection.ts";
import type { PlacesByTopic, StartingOffsets, TimestampStrategy } from "../config/values/values.ts";
import type { StartingPoint } from "../plan/analysis_plan.ts";

/** Options of Spark's connector. */
type Options = Readonly<Record<string, string>>;

/** What is read: the topics of a stream. */
export interface StartingStream {
  readonly topics: TopicSelection;
  /** What to do with a partition that has no record at or after the starting time. */
  readonly strategy: TimestampStrategy;
}

/**
 * The options for a stream. Spark refuses offsets of topics that it does not read, so that those of other streams are
 * left out.
 *
 * @throws {SfcrimeError} CONFIG for a mix of offsets and times, which Spark does not support.
 */
export function startOptions(start: StartingPoint, { topics, strategy }: StartingStream): Options {
  if (!isByTopic(start.offsets)) return wholeOptions(start.offsets, strategy);
  const isRead = topicFilter(topics);
  const places = Object.entries(start.offsets).filter(([topic]) => isRead(topic));
  return places.length === 0 ? { startingOffsets: "earliest" } : placesOptions(places, strategy);
}

function isByTopic(offsets: StartingOffsets): offsets is PlacesByTopic {
  return typeof offsets === "object" && typeof offsets["timestampMs"] !== "number";
}

function wholeOptions(
  offsets: Exclude<StartingOffsets, PlacesByTopic>,
  strategy: TimestampStrategy,
): Options {
  return typeof offsets === "string" ? { startingOffsets: offsets } : {
    startingTimestamp: String(offsets.timestampMs),
    startingOffsetsByTimestampStrategy: strategy,
  };
}

function placesOptions(
  topics: readonly (readonly [string, PlacesByTopic[string]])[],
  strategy: TimestampStrategy,
): Options {
  const all = topics.flatMap(([, partitions]) => Object.values(partitions));
  if (!all.some((place) => typeof place === "object")) {
    return { startingOffsets: JSON.stringify(Object.fromEntries(topics)) };
  }
  const times = topics.map(([topic, partitions]) => [
    topic,
    Object.fromEntries(
      Object.entries(partitions).map(([partition, place]) => {
        if (typeof place === "object") return [partition, place.timestampMs];
        throw new SfcrimeError(
          "CONFIG",
          `starting_offsets has an offset for ${topic}-${partition}, but times for other partitions.`,
          {
            hint:
              "Spark accepts either offsets or times: use a time for every partition, or an offset for every one.",
          },
        );
      }),
    ),
  ]);
  return {
    startingOffsetsByTimestamp: JSON.stringify(Object.fromEntries(times)),
    startingOffsetsByTimestampStrategy: strategy,
  };
}
