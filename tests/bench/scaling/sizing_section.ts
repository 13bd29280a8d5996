/** When to hand over to a cluster, and what it then takes. */
import { figure, markdownTable } from "../table.ts";
import { modelOf } from "./executors_section.ts";
import { keyBytes, type ScalingFigures } from "./figures.ts";
import { type MeasuredCosts, sizeFor, type Sizing, type SizingChoices } from "./sizing.ts";

const RATES = [1e5, 1e6, 1e7];

/** What the page chooses. */
const CHOICES: SizingChoices = {
  headroom: 2,
  triggerSeconds: 60,
  coresPerExecutor: 4,
  replicas: 3,
  keySeconds: 600,
  keysPerRecord: 1,
};

/** What larger rates take, in Markdown; the figures of executors have to be there. */
export function sizingSection(figures: ScalingFigures): string {
  const measured = costsOf(figures);
  const sizings = RATES.map((rate) => ({ rate, ...sizeFor(rate, measured, CHOICES) }));
  return `## Sizing

Arithmetic from the tables above (\`tests/bench/scaling/sizing.ts\`), for calls of ${measured.recordBytes} bytes, a count by type, and a trigger of ${CHOICES.triggerSeconds} s. It is linear: what only shows at a size that was not measured, such as a network that is full or a broker that is slow, is not in it.

${
    markdownTable(
      ["", ...RATES.map((rate) => `${figure(rate)} records/s`)],
      [
        row("this program: machines like the measured one", sizings, ({ localMachines }) =>
          localMachines <= 1
            ? `one, used by ${Math.ceil(localMachines * 100)}%`
            : `more than one: hand over`),
        row(`Spark: executors of ${CHOICES.coresPerExecutor} cores`, sizings, ({ executors }) =>
          figure(executors)),
        row("partitions, at least", sizings, ({ partitions }) =>
          figure(partitions)),
        row("producers to Kafka", sizings, ({ bandwidth }) =>
          bandwidthText(bandwidth.produced)),
        row(`between brokers, ${CHOICES.replicas} replicas`, sizings, ({ bandwidth }) =>
          bandwidthText(bandwidth.replicated)),
        row("Kafka to one query, with headroom", sizings, ({ bandwidth }) =>
          bandwidthText(bandwidth.read)),
        row("keys of ten minutes, if each record has its own", sizings, ({ keys }) =>
          figure(keys)),
        row("their state, this program", sizings, ({ state }) =>
          bytesText(state.local)),
        row("their state, Spark, in memory", sizings, ({ state }) =>
          bytesText(state.spark)),
      ],
    )
  }

For example, for ${figure(RATES[1]!)} records/s:

\`\`\`text
${arithmetic(RATES[1]!, measured, sizings[1]!)}
\`\`\`

- The headroom of ${CHOICES.headroom} reads a backlog in the time that it took to pile up.
- Spark reads a partition by one task at a time, so it needs one for each core. A topic can get more partitions later, but keys then move to others.
- Each query of Spark reads its topic by itself: multiply what Kafka sends by their number. Here, queries over one topic read it once.
- State grows with keys, not with the rate: a count by type has a few hundred. A watermark of ten minutes keeps a key for ten minutes. If the state does not fit into the memory of the executors, set Spark's \`spark.sql.streaming.stateStore.providerClass\` to its RocksDB store, which was not measured here.`;
}

function costsOf(figures: ScalingFigures): MeasuredCosts {
  const { model } = modelOf(figures.executors!);
  const { ours, spark } = keyBytes(figures.keys);
  return {
    recordBytes: figures.recordSizes.rows[0]!.bytes,
    perRecord: model.perRecord,
    perBatch: model.perBatch,
    localPerSecond: mostPerSecond(figures),
    keyBytes: { local: ours, spark },
  };
}

/** The most records that the local engine has read a second, of topics in Kafka. */
function mostPerSecond({ partitions }: ScalingFigures): number {
  return Math.max(...partitions.map(({ perSecond }) => perSecond));
}

/** Up to when one machine is enough, in Markdown. */
export function handOverSection(figures: ScalingFigures): string {
  const { headroom } = CHOICES;
  const most = mostPerSecond(figures);
  const { ours, spark } = keyBytes(figures.keys);
  return `## When to hand over

On the measured machine, the local engine reads up to ${
    figure(most)
  } records/s, start-up included. With a headroom of ${headroom}, it is enough up to ${
    figure(most / headroom)
  } records/s.${coresInstead(figures)} Hand over to [Spark](spark.md)

- if records come faster than that for longer than Kafka keeps them, and a machine with more cores is not enough: the [workers](#workers) of one run are threads of one process;
- if the keys in state take more memory than a machine has: each takes ${ours} bytes here, and ${spark} in Spark, but those of a cluster are spread over its executors;
- if the query has to go on when a machine fails. The local engine has to be started again, on its checkpoint.

[Moving](spark.md#moving-between-the-engines) has the steps, in both directions.`;
}

/** How many cores of a cluster read as much, if that was measured. */
function coresInstead(figures: ScalingFigures): string {
  if (figures.executors === undefined) return "";
  const { model: { perRecord } } = modelOf(figures.executors);
  return ` One core of an executor reads ${figure(1 / perRecord)} records/s there, so a cluster needs ${
    Math.ceil(mostPerSecond(figures) * perRecord)
  } cores for as much.`;
}

function row(
  title: string,
  sizings: readonly Sizing[],
  cell: (sizing: Sizing) => string,
): string[] {
  return [title, ...sizings.map(cell)];
}

function arithmetic(rate: number, measured: MeasuredCosts, sizing: Sizing): string {
  const { headroom, triggerSeconds, coresPerExecutor, replicas, keySeconds } = CHOICES;
  const { perRecord, perBatch, recordBytes, keyBytes } = measured;
  const micros = `${(perRecord * 1e6).toFixed(2)} µs`;
  const share = 1 - perBatch / triggerSeconds;
  return [
    `cores      = ${figure(rate)}/s × ${headroom} × ${micros} / (1 − ${
      perBatch.toFixed(2)
    } s / ${triggerSeconds} s)` +
    ` = ${figure(rate * headroom * perRecord / share)}, in executors of ${coresPerExecutor}: ${sizing.cores}`,
    `producers  = ${figure(rate)}/s × ${recordBytes} B = ${bandwidthText(sizing.bandwidth.produced)}`,
    `brokers    = the same × (${replicas} − 1) = ${bandwidthText(sizing.bandwidth.replicated)}`,
    `query      = the same × ${headroom} = ${bandwidthText(sizing.bandwidth.read)}`,
    `keys       = ${figure(rate)}/s × ${keySeconds} s = ${figure(sizing.keys)}`,
    `state      = keys × ${keyBytes.local} B = ${bytesText(sizing.state.local)}; × ${keyBytes.spark} B = ${
      bytesText(sizing.state.spark)
    }`,
  ].join("\n");
}

function bandwidthText(bytesPerSecond: number): string {
  return `${figure(bytesPerSecond / 1e6)} MB/s`;
}

function bytesText(bytes: number): string {
  return `${figure(bytes / 1e9)} GB`;
}
