/**
 * Faults that were mended, and others of their kind, to be put back one at a time: the simulation has to find each. An
 * edit replaces a text that its file has exactly once.
 */
import type { Kind } from "./scenario.ts";

/** A change of a file. */
export interface Edit {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A fault. */
export interface Mutant {
  readonly name: string;
  /** What is taken out of the program. */
  readonly without: string;
  readonly edits: readonly Edit[];
  /** The kind of scenario that finds it, if it is not the usual one. */
  readonly kind?: Kind;
  /** A seed that found it. */
  readonly seed: number;
}

const SOURCE = "lib/analyze/source/source.ts";
const RESOLVE = "lib/analyze/source/resolve_topic.ts";
const QUERY_RUN = "lib/analyze/query/query_run.ts";
const BATCH = "lib/analyze/workers/running_batch.ts";

/** See the module's description. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "A leader's lag is a loss",
    without: "an end that is lower than before is asked for again, as long as a new leader may lag",
    edits: [{
      file: RESOLVE,
      before: `consequence: resumingAt(to) }, stale: "endsMs" };`,
      after: "consequence: resumingAt(to) } };",
    }],
    seed: 1,
  },
  {
    name: "The ids of topics are those of the start",
    without:
      "a repeated batch reads nothing of a topic that was created again, and its ids are those of the last batch",
    edits: [
      {
        file: "lib/analyze/query/query_positions.ts",
        before: "epochs };\n    this.#topicIds = topicIds;\n",
        after: "epochs };\n",
      },
      { file: SOURCE, before: "(ids[topic] === undefined || ids[topic] === known.id)", after: "true" },
    ],
    seed: 53,
  },
  {
    name: "The watermark of a batch is not logged",
    without: "a batch that runs again has the watermarks of its first run",
    edits: [{
      file: "lib/analyze/query/query_watermarks.ts",
      before:
        "    this.#lateMs = pending.watermarks.lateMs;\n    this.#tracker.raise(pending.watermarks.evictionMs ?? 0);\n",
      after: "",
    }],
    seed: 86,
  },
  {
    name: "A sink is ahead of its checkpoint",
    without: "a sink that has a batch which its checkpoint does not know is refused",
    edits: [{
      file: "lib/analyze/query/restart.ts",
      before: "return (batchId < nextBatchId || batchId === pending?.batchId) &&",
      after: "return true &&",
    }],
    seed: 18,
  },
  {
    name: "The checkpoint is committed before the sink",
    without: "step 3 comes before step 4",
    edits: [
      {
        file: QUERY_RUN,
        before: "    await this.#output.commit();\n",
        after: "",
      },
      {
        file: QUERY_RUN,
        before: "    await this.#done(4);\n",
        after: "    await this.#done(4);\n    await this.#output.commit();\n",
      },
    ],
    seed: 46,
  },
  {
    name: "A batch that the sink has is written again",
    without: "the rows of a batch that runs again are dropped if the sink has them",
    edits: [{ file: QUERY_RUN, before: "return this.#repeated?.writes ?? true;", after: "return true;" }],
    seed: 6,
  },
  {
    name: "A part counts twice when its worker dies",
    without: "a task that runs again starts after its last part",
    edits: [{ file: BATCH, before: "    task.range = { ...task.range, from: next };\n", after: "" }],
    seed: 109,
  },
  {
    name: "A pool that has failed runs the next batch",
    without: "the workers run no batch after one has failed",
    edits: [{
      file: "lib/analyze/workers/worker_pool.ts",
      before: "      this.#failure ??= { error };\n      throw this.#failure.error;\n",
      after: "      throw error;\n",
    }],
    kind: "failing",
    seed: 6,
  },
];
