/** `--where` for dead letters: a condition in SQL over the records that they become. */
import { zoneOf } from "../../../config/effective.ts";
import type { Outgoing } from "../../../produce/outgoing.ts";
import type { PartSample } from "../../../records/inference/part_sample.ts";
import { RecordSelection } from "../../../stream/decoding/record_selection.ts";
import { columnsOf } from "../../consume/selection.ts";
import type { Context } from "../../context.ts";

/** What the letters are. */
export interface SelectedLetters {
  readonly context: Context;
  /** The topic that they belong to. */
  readonly topic: string;
  readonly sample: PartSample;
}

/** Tells whether the condition holds. @throws {SfcrimeError} SQL */
export function lettersWhere(
  where: string,
  { context: { settings, io }, topic, sample }: SelectedLetters,
): (outgoing: Outgoing) => boolean {
  const selection = new RecordSelection({
    name: topic,
    columns: columnsOf({ ...settings, kafka: { ...settings.kafka, topic } }, sample),
    where,
    select: undefined,
    zone: zoneOf(settings),
    nowMs: io.host.nowMs(),
  });
  return ({ record: { key, value, timestampMs, headers = [] }, partition }) =>
    selection.rowsOf({ topic, partition, offset: 0, timestampMs, timestampType: 0, headers, key, value })
      .length > 0;
}
