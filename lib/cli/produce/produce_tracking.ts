/** Whether a run of `produce` is remembered, so that `--resume` can go on with it, and by what it is known again. */
import { join } from "node:path";
import { SfcrimeError } from "../../base/errors.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import type { RunTracker } from "../../produce/resume/record_gate.ts";
import { RunResumer } from "../../produce/resume/run_resumer.ts";
import type { Context } from "../context.ts";
import { inputPaths, validationOf } from "./produced_topic.ts";
import type { RecordOptions } from "./record_options.ts";

/** What the run is about. */
export interface TrackedInput {
  readonly input: InputSource;
  readonly records: RecordOptions;
  readonly loop: boolean;
  /** Undefined without transactions. */
  readonly transactionalId: string | undefined;
  readonly resume: boolean;
}

/** Undefined for a run that cannot be resumed. @throws {SfcrimeError} USAGE if it is to be. */
export function trackerOf(
  { settings, dataDir }: Context,
  { loop, resume, input, records, transactionalId }: TrackedInput,
): RunTracker | undefined {
  const { producer } = settings;
  const obstacle = loop
    ? ["--resume and --loop are mutually exclusive.", "A loop has no end to reach."]
    : !input.resumable
    ? [
      `${input.name} cannot be resumed: it can be read only once.`,
      "Save it to a file first, or remove --resume.",
    ]
    : producer.acks !== "all"
    ? ["--resume needs --acks all.", "Only then does the broker know which records of a run it has."]
    : undefined;
  if (obstacle !== undefined) {
    if (!resume) return undefined;
    throw new SfcrimeError("USAGE", obstacle[0]!, { hint: obstacle[1]! });
  }
  const { reading, record, placement } = records;
  return new RunResumer({
    directory: join(dataDir, "runs"),
    inputs: inputPaths(settings),
    resume,
    settings: {
      input_format: reading?.format,
      delimiter: reading?.delimiter,
      key_delimiter: reading?.keyDelimiter,
      null_value: reading?.nullValue,
      key: record.keyField,
      key_template: record.keyTemplate,
      key_format: producer.key_format,
      value_format: producer.value_format,
      partitioner: placement?.kind,
      partition: placement?.kind === "partition" ? placement.partition : undefined,
      sort_by: producer.sort_by,
      speedup: producer.speedup === undefined ? undefined : "set",
      strict: validationOf(settings) === "strict",
      transactional_id: transactionalId,
    },
  });
}
