/** The part of docs/scaling.md that is made from figures. */
import { figure, markdownTable } from "../table.ts";
import { executorsSection } from "./executors_section.ts";
import { keyBytes, type ScalingFigures, TOUCHED_KEYS } from "./figures.ts";
import { handOverSection, sizingSection } from "./sizing_section.ts";

/** Markdown. */
export function scalingPage(figures: ScalingFigures): string {
  const { facts, isQuick, rounds } = figures;
  const kind = isQuick ? "a quick run" : "one run";
  return [
    `The tables are of ${kind} of \`deno task bench --scaling\`, which varies one thing at a time. Records per second are measured over full processes, from start to exit, as the median of ${rounds} runs; the runs of one table alternate. What is not listed here was not measured.`,
    facts.map((fact) => `- ${fact}`).join("\n"),
    byPartitions(figures),
    byWorkers(figures),
    byRecordSize(figures),
    byCodec(figures),
    byKeys(figures),
    byState(figures),
    ...(figures.executors === undefined ? [] : [executorsSection(figures.executors)]),
    handOverSection(figures),
    ...(figures.executors === undefined ? [] : [sizingSection(figures)]),
  ].join("\n\n") + "\n";
}

function byPartitions({ count, partitions }: ScalingFigures): string {
  const rows = partitions.map((row) => [String(row.partitions), figure(row.perSecond)]);
  return `## Partitions

Count by type of ${figure(count)} calls in Kafka, with one worker per core.

${markdownTable(["partitions", "records/s"], rows)}`;
}

function byWorkers({ count, workers }: ScalingFigures): string {
  const rows = workers.map((row) => [
    String(row.workers),
    figure(row.kafkaPerSecond),
    figure(row.embeddedPerSecond),
    figure(row.peakMiB),
  ]);
  return `## Workers

Count by type of ${
    figure(count)
  } calls in four partitions. Kafka runs on the same cores, the embedded broker in the program itself.

${markdownTable(["workers", "Kafka, records/s", "embedded, records/s", "peak memory on Kafka, MiB"], rows)}`;
}

function byRecordSize({ recordSizes: { count, rows } }: ScalingFigures): string {
  const cells = rows.map(({ bytes, perSecond }) => [
    figure(bytes),
    figure(perSecond),
    figure(perSecond * bytes / 1e6),
  ]);
  return `## Record size

Count by type of ${
    figure(count)
  } calls in Kafka, with one unread field padded. With so few calls, startup takes a larger share.

${markdownTable(["bytes per record", "records/s", "MB/s"], cells)}`;
}

function byCodec({ count, codecs }: ScalingFigures): string {
  const rows = codecs.map(({ codec, perSecond, peakMiB }) => [codec, figure(perSecond), figure(peakMiB)]);
  return `## Codecs

Count by type of ${figure(count)} calls in Kafka, in batches compressed by kcat.

${markdownTable(["codec", "records/s", "peak memory, MiB"], rows)}`;
}

function byKeys({ keys: rows }: ScalingFigures): string {
  const cells = rows.map(({ keys, ours, spark }) => [
    figure(keys),
    ours.seconds.toFixed(1),
    spark.seconds.toFixed(1),
    figure(spark.seconds / ours.seconds),
    figure(ours.peakMiB),
    figure(spark.peakMiB),
  ]);
  const slower = rows.find(({ ours, spark }) => spark.seconds < ours.seconds);
  const point = slower === undefined
    ? `Up to ${figure(rows.at(-1)!.keys)} keys, Spark on the same machine is never faster.`
    : `From ${figure(slower.keys)} keys, all new in one batch, Spark on the same machine is faster.`;
  const { ours, spark } = keyBytes(rows);
  return `## Keys

Count by \`crime_id\` in one batch: each call has a different key, the worst case. Spark keeps its state in memory, as by default, and ran once per size.

${markdownTable(["calls and keys", "ours, s", "Spark, s", "Spark / ours", "ours, MiB", "Spark, MiB"], cells)}

${point} Between the last two rows, each key took ${figure(ours)} bytes here, and ${figure(spark)} in Spark.`;
}

function byState({ state }: ScalingFigures): string {
  const rows = state.map(({ keys, fillSeconds, batchMs, peakMiB }) => [
    figure(keys),
    fillSeconds.toFixed(1),
    figure(batchMs),
    figure(peakMiB),
  ]);
  return `## State

A query that counts by a nine-digit id, with a checkpoint on disk, over the embedded broker. One batch fills its state; then it is restarted and runs batches that each update ${
    figure(TOUCHED_KEYS)
  } of the keys. \`[analyze] state_memory_mb\` limits the size of the state.

${markdownTable(["keys in state", "fill, s", "batch, ms", "peak memory after restart, MiB"], rows)}`;
}
