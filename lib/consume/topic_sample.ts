/** The last records of a topic, and what their keys and values are. */
import { SfcrimeError } from "../base/errors.ts";
import { plural } from "../base/text/format.ts";
import { decodeBatches } from "../broker/record_batch/decode.ts";
import type { SchemaFormat } from "../config/values/record_format.ts";
import { PartSample, type SampledFormat } from "../records/inference/part_sample.ts";
import { FORMAT_OF_KIND } from "../registry/registered_schema.ts";
import type { SchemaRegistry } from "../registry/schema_registry.ts";
import { lastChunks, type LastRecordsOptions } from "./reading/last_records.ts";

/** What to look at. */
export interface TopicSampleOptions extends LastRecordsOptions {
  /** Tells the formats of those that begin with the id of a schema. */
  readonly registry: SchemaRegistry | undefined;
}

/** A format of a stream. */
export type FoundFormat = Exclude<SampledFormat, "framed"> | SchemaFormat;

/** What was seen of the records of a topic. */
export interface TopicSample {
  readonly values: PartSample;
  readonly keys: PartSample;
  /** Undefined if there is none, or only a registry could tell. */
  readonly format: FoundFormat | undefined;
  readonly keyFormat: FoundFormat | undefined;
}

/** @throws {SfcrimeError} INPUT if a topic has no values whose format is known. */
export function requireFormat(topic: string, { format, values }: TopicSample): FoundFormat {
  if (format !== undefined) return format;
  throw values.count === 0
    ? new SfcrimeError("INPUT", `Topic ${topic} has no records to take columns from.`, {
      hint: `Declare its columns in a section [stream.NAME] with topic = ${topic}.`,
    })
    : new SfcrimeError(
      "INPUT",
      `The last ${
        plural(values.count, "record")
      } of topic ${topic} begin with the id of a schema, ${values.schemaId}.`,
      { hint: "Set [registry] url, for example -X registry.url=http://localhost:8081." },
    );
}

/** Looks at the last records of a topic. @throws {SfcrimeError} TOPIC_MISSING, REGISTRY, REGISTRY_UNREACHABLE */
export async function sampleTopic(topic: string, options: TopicSampleOptions): Promise<TopicSample> {
  const [values, keys] = [new PartSample(), new PartSample()];
  await readLast(topic, options, { values, keys });
  const formatOf = async (part: PartSample): Promise<FoundFormat | undefined> =>
    part.format === "framed" ? await formatById(part.schemaId!, options.registry) : part.format;
  return { values, keys, format: await formatOf(values), keyFormat: await formatOf(keys) };
}

/** Bytes that begin like an id, but that of no schema, are just bytes. */
async function formatById(
  id: number,
  registry: SchemaRegistry | undefined,
): Promise<FoundFormat | undefined> {
  if (registry === undefined) return undefined;
  const schema = await registry.schemaById(id);
  return schema === undefined ? "binary" : FORMAT_OF_KIND[schema.kind];
}

async function readLast(
  topic: string,
  options: LastRecordsOptions,
  { values, keys }: Pick<TopicSample, "values" | "keys">,
): Promise<void> {
  for await (const { chunk: { bytes, aborted }, range: { from, to } } of lastChunks(topic, options)) {
    decodeBatches(bytes, { from, to, aborted }, ({ bytes, keyStart, keyEnd, valueStart, valueEnd }) => {
      values.add(valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd));
      keys.add(keyStart < 0 ? null : bytes.subarray(keyStart, keyEnd));
    });
  }
}
