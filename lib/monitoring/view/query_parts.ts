/** The parts of a view that are made the same way for a query that is running and for one that is not. */
import { type Schema, typeName } from "../../records/data_type.ts";
import type { SourceProgress } from "../progress/batch_progress.ts";
import type { PartitionLag } from "../run_listener.ts";
import type { ColumnView, PartitionView } from "./query_view.ts";

/** The columns of a result. */
export function columnViews(schema: Schema): ColumnView[] {
  return schema.map(({ name, type }) => ({ name, type: typeName(type) }));
}

/** The partitions that a batch read, in order of topic and partition; one of two streams is there once. */
export function partitionViews(
  sources: readonly SourceProgress[],
  lags: readonly PartitionLag[],
): PartitionView[] {
  const lagMs = new Map(lags.map(({ topic, partition, lagMs }) => [placeOf(topic, partition), lagMs]));
  const views = new Map<string, PartitionView>();
  for (const { from, to, latest } of sources) {
    for (const [topic, partitions] of Object.entries(latest)) {
      for (const [number, latestOffset] of Object.entries(partitions)) {
        const partition = Number(number);
        const end = to[topic]?.[number] ?? latestOffset;
        const lag = latestOffset - end;
        const place = placeOf(topic, partition);
        views.set(place, {
          topic,
          partition,
          start: from?.[topic]?.[number] ?? null,
          end,
          latest: latestOffset,
          lag,
          lagMs: lag === 0 ? 0 : lagMs.get(place) ?? null,
        });
      }
    }
  }
  return [...views.values()].sort((left, right) =>
    left.topic === right.topic ? left.partition - right.partition : left.topic < right.topic ? -1 : 1
  );
}

/** The name of a topic has no space. */
function placeOf(topic: string, partition: number): string {
  return `${topic} ${partition}`;
}
