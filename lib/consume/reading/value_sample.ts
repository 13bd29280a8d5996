/** The columns of the last records of topics, as their values are printed. */
import { consumedRecords } from "../../broker/consumed_records.ts";
import { PartSample } from "../../records/inference/part_sample.ts";
import type { PrintedRecord } from "../formats/record_printer.ts";
import type { RecordStage } from "../stages/record_stage.ts";
import { lastChunks, type LastRecordsOptions } from "./last_records.ts";

/** Looks at records that have passed through the stages. @throws {SfcrimeError} TOPIC_MISSING */
export async function sampleValues(
  topics: readonly string[],
  { stages, ...options }: LastRecordsOptions & { readonly stages: readonly RecordStage[] },
): Promise<PartSample> {
  const sample = new PartSample();
  for (const topic of topics) {
    for await (const { chunk, range } of lastChunks(topic, options)) {
      let records: readonly PrintedRecord[] = consumedRecords(chunk, range);
      for (const stage of stages) records = await stage.pass(records);
      for (const { value } of records) sample.add(value);
    }
  }
  return sample;
}
