/** Whether records fit the declaration of a stream: they are decoded as a query decodes them. */
import { formatCount, plural } from "../../../../base/text/format.ts";
import { SharedSource } from "../../../../analyze/workers/reading/shared_source.ts";
import type { ConsumedRecord } from "../../../../broker/broker.ts";
import type { RecordView } from "../../../../broker/record_batch/decode.ts";
import { zoneOf } from "../../../../config/effective.ts";
import type { AnalysisPlan } from "../../../../plan/analysis_plan.ts";
import { RowQuality } from "../../../../records/json/json_reader.ts";
import { loadFormats } from "../../../../registry/formats/record_formats.ts";
import { timesBy } from "../../../../stream/time/date_parse.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failure, good, warning } from "../finding.ts";
import type { SampledTopic } from "./sampled_topic.ts";

/** What is held against what. */
export interface RecordCheck {
  readonly stream: string;
  readonly sample: SampledTopic;
}

/** If more than this part of the records does not fit, it is the declaration that is wrong. */
const MISFITS_TOLERATED = 0.5;

/** A record that does not fit, and in which way. */
interface Misfit {
  readonly record: ConsumedRecord;
  readonly isMalformed: boolean;
}

/** See the module's description. @throws {SfcrimeError} What a schema registry answers. */
export async function checkRecords(
  context: Context,
  plan: AnalysisPlan,
  { stream, sample: { topic, records } }: RecordCheck,
): Promise<AreaFinding> {
  const misfits = await misfitsIn(context, plan, { stream, records });
  const last = `the last ${plural(records.length, "record")} of ${topic}`;
  const [first] = misfits;
  if (first === undefined) return good(`All of ${last} fit [stream.${stream}]`);
  const malformed = misfits.filter(({ isMalformed }) => isMalformed).length;
  const others = misfits.length - malformed;
  const kinds = [
    ...malformed === 0 ? [] : [`${formatCount(malformed)} cannot be parsed`],
    ...others === 0 ? [] : [`${formatCount(others)} have fields of other types`],
  ];
  const { partition, offset } = first.record;
  const text =
    `${formatCount(misfits.length)} of ${last} do not fit [stream.${stream}]: ${kinds.join(", ")}; ` +
    `the first is at offset ${offset} of ${topic}-${partition}.`;
  return misfits.length > MISFITS_TOLERATED * records.length
    ? failure(text, `Compare the declaration with what sfcrime topic schema ${topic} finds.`)
    : warning(
      text,
      `sfcrime consume ${topic} --partition ${partition} --from ${offset} prints it; queries read NULLs.`,
    );
}

async function misfitsIn(
  { settings, io: { host } }: Context,
  { streams, registry: address }: AnalysisPlan,
  { stream, records }: { readonly stream: string; readonly records: readonly ConsumedRecord[] },
): Promise<Misfit[]> {
  const { corruptRecord: _none, ...reading } = streams[stream]!;
  const kinds = [reading.format ?? [], reading.key?.format ?? []].flat();
  const formats = kinds.length === 0
    ? undefined
    : await loadFormats(kinds, { address, host, readTimes: timesBy });
  const zone = zoneOf(settings);
  const source = new SharedSource({ ...reading, mode: "permissive" }, zone, formats);
  source.slotsOf(reading.fields);
  const misfits: Misfit[] = [];
  for (const record of records) {
    const view = viewOf(record);
    const { topic, partition, offset } = record;
    const needed = source.missingSchema(view);
    if (needed !== undefined) await source.loadSchema(needed, { place: `${topic}-${partition}`, offset });
    const quality = source.decode(view, { topic, partition });
    const isMalformed = quality === RowQuality.malformed;
    if (isMalformed || quality === RowQuality.badField) misfits.push({ record, isMalformed });
  }
  return misfits;
}

/** A record as decoders read it: its key and its value in the same bytes. */
function viewOf({ offset, timestampMs, key, value }: ConsumedRecord): RecordView {
  const keyLength = key?.length ?? 0;
  const bytes = new Uint8Array(keyLength + (value?.length ?? 0));
  if (key !== null) bytes.set(key);
  if (value !== null) bytes.set(value, keyLength);
  return {
    offset,
    timestampMs,
    timestampType: 0,
    bytes,
    keyStart: key === null ? -1 : 0,
    keyEnd: keyLength,
    valueStart: value === null ? -1 : keyLength,
    valueEnd: bytes.length,
    headersAt: bytes.length,
  };
}
