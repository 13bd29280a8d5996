/** What executors of a Spark cluster bring, as measured and by the model. */
import { figure, markdownTable } from "../table.ts";
import { type ClusterModel, fitModel, predict } from "./cluster_model.ts";
import type { ExecutorFigures } from "./figures.ts";

type Run = ExecutorFigures["runs"][number];

/** The model of the cluster that was measured, and the runs that it was fitted to. */
export function modelOf({ cores, runs }: ExecutorFigures): {
  readonly model: ClusterModel;
  readonly fitted: readonly Run[];
} {
  const most = Math.max(...runs.map(({ records }) => records));
  const find = (executors: number, isWanted: (run: Run) => boolean): Run => {
    const run = runs.find((candidate) => candidate.executors === executors && isWanted(candidate));
    if (run === undefined) throw new Error(`A run with ${executors} executors is missing`);
    return run;
  };
  const few = find(1, ({ records }) => records < most);
  const many = find(1, ({ records, batches }) => records === most && batches === 1);
  const manyBatches = find(1, ({ records, batches }) => records === most && batches > 1);
  const twoFew = find(2, ({ records }) => records < most);
  const two = find(2, ({ records }) => records === most);
  return {
    model: fitModel({ cores, few, many, manyBatches, twoFew, two }),
    fitted: [few, many, manyBatches, twoFew, two],
  };
}

/** Markdown. */
export function executorsSection(figures: ExecutorFigures): string {
  const { runs, rounds, load, cores, oursSeconds } = figures;
  const { model, fitted } = modelOf(figures);
  const most = Math.max(...runs.map(({ records }) => records));
  const rows = runs.map((run) => {
    const predicted = predict(model, run);
    const isFitted = fitted.includes(run);
    return [
      String(run.executors),
      figure(run.records),
      String(run.batches),
      run.seconds.toFixed(2),
      predicted.toFixed(2),
      isFitted ? "fitted" : `${predicted < run.seconds ? "−" : "+"}${percentOff(predicted, run.seconds)}`,
    ];
  });
  return `## Executors

The same count with \`--engine spark\`, on a standalone cluster that runs already, by executors of one core each. Spark has run each of them once before; times are of our program, from start to exit, as the median of ${
    plural(rounds)
  } (load average before them: ${load}). All executors, the driver and Kafka share ${cores} cores, so this shows what a cluster costs, and how its cores are used, not what more machines bring. The local engine, in the same rounds, took ${
    oursSeconds.toFixed(2)
  } s for ${figure(most)} calls.

${markdownTable(["executors", "records", "batches", "measured, s", "model, s", "off"], rows)}

The model (\`tests/bench/scaling/cluster_model.ts\`):

\`\`\`text
T(n) = start + (n − 1) × perExecutor + batches × perBatch + records × perRecord / speedup(n)
speedup(n) = p / (1 + contention × (p − 1)), where p = min(n, cores)

start        ${seconds(model.start)}   of the program, the session and the plan
perExecutor  ${seconds(model.perExecutor)}   of each executor after the first, for the code of the query
perBatch     ${seconds(model.perBatch)}   of each batch by itself
perRecord    ${(model.perRecord * 1e6).toFixed(2)} µs     of one core: ${
    figure(1 / model.perRecord)
  } records/s
contention   ${model.contention.toFixed(2)}        of the work is not done side by side
cores        ${cores}
\`\`\`

It is fitted to the runs with one and two executors, and checked by those with four. On ${cores} cores it says that more than ${cores} executors only cost. Its contention, and what an executor costs, are those of cores which Kafka, the driver and the other executors use as well: on machines of their own both should be less, which was not measured here.`;
}

function percentOff(predicted: number, measured: number): string {
  return `${Math.abs(Math.round((predicted / measured - 1) * 100))}%`;
}

function plural(rounds: number): string {
  return rounds === 1 ? "one run" : `${rounds} runs`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
