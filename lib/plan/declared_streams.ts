/**
 * The streams declared in the settings: their columns and watermarks, their topics, and how their records are
 * parsed.
 */
import { RE2JS } from "re2js";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { specificApplies, zoneOf } from "../config/effective.ts";
import type { StreamSettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import type { TopicSelection } from "../config/values/topic_selection.ts";
import type { WatermarkSpec } from "../config/values/values.ts";
import { type Schema, typeName } from "../records/data_type.ts";
import { isOfValue } from "../records/kafka/kafka_column.ts";
import type { RecordPart, StreamFormat, StreamFormats } from "../registry/formats/stream_format.ts";
import { holdsMap } from "../sql/functions/coercion.ts";
import type { SourceColumn, StreamSource } from "../sql/catalog.ts";
import { requireComputable } from "../sql/expressions/stream_columns.ts";
import { Attributes } from "../sql/expressions/scope.ts";
import { localFormat } from "./schemas/local_formats.ts";
import { columnsPlace, isNamed, recordColumns } from "./schemas/record_columns.ts";

/** Streams by name. */
export type Streams = ReadonlyMap<string, StreamSource>;

/** The topics of a stream, and how its records are parsed; plain data. */
export interface StreamReading {
  readonly topics: TopicSelection;
  /** What to do with a record that does not fit: NULLs, or fail the query. */
  readonly mode: StreamSettings["mode"];
  /** The field of the column for the text of records that do not fit. */
  readonly corruptRecord?: string;
  /** All fields that the value of a record has to fit. */
  readonly fields: Schema;
  /** How values are written; undefined for JSON. */
  readonly format?: StreamFormat;
  /** How keys are read; undefined if no column is a field of them. */
  readonly key?: KeyReading;
}

/** How the keys of a stream are read. */
export interface KeyReading {
  readonly format: StreamFormat;
  /** All fields that a key has to fit. */
  readonly fields: Schema;
}

/**
 * A stream of the settings.
 *
 * @param formats Those of its formats that have schemas.
 * @throws {SfcrimeError} CONFIG for an invalid declaration.
 */
export function declaredStream(settings: Settings, name: string, formats?: StreamFormats): StreamSource {
  const columns = recordColumns(settings, name, formats);
  requireComputableColumns(settings, name, columns);
  const general = settings.analyze.watermark;
  const holding = specificApplies(settings, `stream.${name}.watermark`, "analyze.watermark")
    ? settings.streams[name]!.watermark
    : holdsColumn(columns, general)
    ? general
    : undefined;
  return { columns, watermark: holding === "none" ? undefined : holding };
}

/** The topics of a stream, and how its records are parsed. @throws {SfcrimeError} CONFIG */
export function streamReading(
  settings: Settings,
  name: string,
  formats: StreamFormats = {},
): StreamReading {
  const columns = recordColumns(settings, name, formats);
  const corrupt = corruptColumn(settings, name, columns);
  const formatOf = (part: RecordPart) => formats[part]?.format ?? localFormat(settings, name, part);
  const [format, keyFormat] = [formatOf("value"), formatOf("key")];
  const keyFields = columns.flatMap(({ keyField, type }) =>
    keyField === undefined ? [] : [{ name: keyField, type }]
  );
  return {
    topics: topicsOf(settings, name),
    mode: settings.streams[name]!.mode,
    fields: columns
      .filter((column) => column !== corrupt && isOfValue(column))
      .map(({ field, type }) => ({ name: field, type })),
    ...(corrupt === undefined ? {} : { corruptRecord: corrupt.field }),
    ...(format === undefined ? {} : { format }),
    ...(keyFields.length === 0 || keyFormat === undefined
      ? {}
      : { key: { format: keyFormat, fields: keyFields } }),
  };
}

function topicsOf(settings: Settings, name: string): TopicSelection {
  const { topic, topic_pattern: pattern } = settings.streams[name]!;
  const key = `stream.${name}.topic_pattern`;
  if (pattern === undefined) return { kind: "names", topics: topic ?? [settings.kafka.topic] };
  const place = settings.provenance.get(key)!.place;
  if (topic !== undefined) {
    throw new SfcrimeError("CONFIG", `${place}: [stream.${name}] has both topic and topic_pattern.`, {
      hint: "Remove one of the two.",
    });
  }
  try {
    RE2JS.compile(pattern);
  } catch (cause) {
    throw new SfcrimeError(
      "CONFIG",
      `${place}: [stream.${name}] topic_pattern = ${JSON.stringify(pattern)}: ${messageOf(cause)}.`,
      { hint: "Expected a regular expression that matches full topic names.", cause },
    );
  }
  return { kind: "pattern", pattern };
}

/** Checks computed columns, also of a stream that no query reads. @throws {SfcrimeError} CONFIG */
function requireComputableColumns(settings: Settings, name: string, columns: readonly SourceColumn[]): void {
  if (columns.every(isOfValue)) return;
  const zone = zoneOf(settings);
  try {
    requireComputable({ columns, watermark: undefined }, {
      stream: name,
      zone,
      attributes: new Attributes(),
    });
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    const { code, message, hint } = error;
    const place = columnsPlace(settings, `stream.${name}`);
    throw new SfcrimeError(code, `${place}: ${message}`, {
      cause: error,
      ...hint === undefined ? {} : { hint },
    });
  }
}

function corruptColumn(
  settings: Settings,
  name: string,
  columns: readonly SourceColumn[],
): SourceColumn | undefined {
  const { corrupt_record: corrupt } = settings.streams[name]!;
  if (corrupt === undefined) return undefined;
  const column = columns.find((column) => isNamed(column, corrupt))!;
  const problem = !isOfValue(column)
    ? "the column has a value of its own"
    : column.type !== "STRING"
    ? "the column must be of type STRING"
    : undefined;
  if (problem === undefined) return column;
  const { place } = settings.provenance.get(`stream.${name}.corrupt_record`)!;
  throw new SfcrimeError(
    "CONFIG",
    `${place}: [stream.${name}] corrupt_record = ${JSON.stringify(corrupt)}: ${problem}.`,
  );
}

/** A list of names, separated by commas. */
export function namesIn(text: string | undefined): string[] {
  return (text ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** The watermark of `[analyze]` applies to the streams that have its column. */
function holdsColumn(columns: readonly SourceColumn[], watermark: WatermarkSpec | "none"): boolean {
  return watermark !== "none" &&
    columns.some(({ name }) => name.toLowerCase() === watermark.column.toLowerCase());
}

/** A watermark that was set has to apply to a stream, otherwise its column is mistyped. */
export function requireKnownWatermark(settings: Settings, streams: Streams): void {
  const { watermark } = settings.analyze;
  const provenance = settings.provenance.get("analyze.watermark");
  if (watermark === "none" || provenance === undefined || provenance.origin === "default") return;
  const columns = [...streams.values()].flatMap((stream) => stream.columns);
  if (holdsColumn(columns, watermark)) return;
  const times = columns.filter(({ type }) => type === "TIMESTAMP").map(({ name }) => name);
  throw new SfcrimeError(
    "CONFIG",
    `${provenance.place}: no stream has a column ${watermark.column} for the watermark.`,
    {
      hint: watermark.column.toLowerCase() === "timestamp"
        ? "Kafka's time is a column where it is declared: timestamp TIMESTAMP METADATA."
        : didYouMean(watermark.column, times),
    },
  );
}

/**
 * The streams for a query with `deduplicate`: it applies to every stream that has the columns, before
 * anything else.
 */
export function withDeduplication(settings: Settings, query: string, streams: Streams): Streams {
  const { deduplicate } = settings.queries[query]!;
  if (deduplicate === undefined) return streams;
  const names = namesIn(deduplicate);
  const fail = (message: string, hint?: string) =>
    new SfcrimeError(
      "CONFIG",
      `${settings.provenance.get(`query.${query}.deduplicate`)!.place}: [query.${query}] deduplicate = ` +
        `${JSON.stringify(deduplicate)}: ${message}`,
      hint === undefined ? {} : { hint },
    );
  const columnOf = ({ columns }: StreamSource, name: string) =>
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name;
  const found = [...streams].filter(([, source]) => names.every((name) => columnOf(source, name)));
  if (names.length === 0 || found.length === 0) {
    const known = [...streams.values()].flatMap(({ columns }) => columns.map(({ name }) => name));
    const unknown = names.find((name) => !known.some((other) => other.toLowerCase() === name.toLowerCase()));
    throw fail(
      names.length === 0
        ? "expected column names."
        : `no stream has ${unknown === undefined ? "all of these columns" : `a column ${unknown}`}.`,
      unknown === undefined ? undefined : didYouMean(unknown, known),
    );
  }
  const deduplicated = new Map(streams);
  for (const [name, source] of found) {
    if (source.watermark === undefined) {
      throw fail(`stream ${name} has no watermark, so every key would be kept forever.`);
    }
    const map = source.columns.find((column) =>
      names.some((key) => columnOf(source, key) === column.name) && holdsMap(column.type)
    );
    if (map !== undefined) {
      throw fail(
        `column ${map.name} of stream ${name} has the type ${typeName(map.type)}: MAPs cannot be compared.`,
      );
    }
    deduplicated.set(name, { ...source, deduplicate: names.map((column) => columnOf(source, column)!) });
  }
  return deduplicated;
}

/** The streams for a query: its own watermark applies to all streams that it reads. */
export function withWatermarks(settings: Settings, query: string, streams: Streams): Streams {
  if (!specificApplies(settings, `query.${query}.watermark`, "analyze.watermark")) return streams;
  const own = settings.queries[query]!.watermark;
  return new Map([...streams].map(([name, source]) => [
    name,
    { ...source, watermark: own === "none" ? undefined : own },
  ]));
}
