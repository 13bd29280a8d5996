/**
 * The streams declared in the settings: their columns and watermarks, their topics, and how their records are
 * parsed.
 */
import { RE2JS } from "re2js";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { specificApplies } from "../config/effective.ts";
import type { StreamSettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import type { TopicSelection } from "../config/values/topic_selection.ts";
import type { WatermarkSpec } from "../config/values/values.ts";
import { sameType, type Schema, typeName } from "../records/data_type.ts";
import type { FormattedColumns, StreamFormat } from "../registry/formats/stream_format.ts";
import { holdsMap } from "../sql/functions/coercion.ts";
import { parseColumns, type SourceColumn, type StreamSource } from "../sql/catalog.ts";
import { requireComputable } from "../sql/expressions/stream_columns.ts";
import { Attributes } from "../sql/expressions/scope.ts";

/** Streams by name. */
export type Streams = ReadonlyMap<string, StreamSource>;

/** The topics of a stream, and how its records are parsed; plain data. */
export interface StreamReading {
  readonly topics: TopicSelection;
  /** What to do with a record that does not fit: NULLs, or fail the query. */
  readonly mode: StreamSettings["mode"];
  /** The field of the column for the text of records that do not fit. */
  readonly corruptRecord?: string;
  /** All fields that a record has to fit. */
  readonly fields: Schema;
  /** How values are written; undefined for JSON. */
  readonly format?: StreamFormat;
}

/**
 * A stream of the settings.
 *
 * @param formatted Its format, if its records have schemas.
 * @throws {SfcrimeError} CONFIG for an invalid declaration.
 */
export function declaredStream(settings: Settings, name: string, formatted?: FormattedColumns): StreamSource {
  const columns = columnsOf(settings, name, formatted);
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
  formatted?: FormattedColumns,
): StreamReading {
  const columns = columnsOf(settings, name, formatted);
  const corrupt = corruptColumn(settings, name, columns);
  return {
    topics: topicsOf(settings, name),
    mode: settings.streams[name]!.mode,
    fields: columns
      .filter((column) => column !== corrupt && isOfValue(column))
      .map(({ field, type }) => ({ name: field, type })),
    ...(corrupt === undefined ? {} : { corruptRecord: corrupt.field }),
    ...(formatted === undefined ? {} : { format: formatted.format }),
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

/** The columns of a stream, including the one for corrupt records even if it is not declared. */
function columnsOf(settings: Settings, name: string, formatted?: FormattedColumns): SourceColumn[] {
  const { columns, corrupt_record: corrupt } = settings.streams[name]!;
  if (columns === undefined && formatted?.columns !== undefined) {
    requireNoCorruptRecord(settings, name);
    return formatted.columns.map((column) => ({ ...column, field: column.name }));
  }
  if (columns === undefined) {
    throw new SfcrimeError("CONFIG", `[stream.${name}] has no columns.`, {
      hint: "Declare them, for example columns = id STRING, at TIMESTAMP.",
    });
  }
  const declared = parseColumns(columns, columnsPlace(settings, `stream.${name}`));
  if (formatted?.columns !== undefined) {
    requireNoCorruptRecord(settings, name);
    for (const column of declared.filter(isOfValue)) {
      requireOfSchema(column, formatted.columns, columnsPlace(settings, `stream.${name}`));
    }
  }
  if (corrupt === undefined || declared.some((column) => isNamed(column, corrupt))) return declared;
  return [...declared, { name: corrupt, field: corrupt, type: "STRING" }];
}

/** Whether a column is a field of the value of a record. */
function isOfValue({ kafka, computed }: SourceColumn): boolean {
  return kafka === undefined && computed === undefined;
}

/** A column of a stream whose schema is known has a field of that schema, with its type. */
function requireOfSchema(
  { field, type, kafka, computed }: SourceColumn,
  schema: Schema,
  place: string,
): void {
  if (kafka !== undefined || computed !== undefined) return;
  const known = schema.find(({ name }) => name === field);
  if (known === undefined) {
    throw new SfcrimeError("CONFIG", `${place}: the schema has no field ${field}.`, {
      hint: didYouMean(field, schema.map(({ name }) => name)),
    });
  }
  if (sameType(known.type, type)) return;
  throw new SfcrimeError("CONFIG", `${place}: ${field} is ${typeName(known.type)} in the schema.`, {
    hint: `Declare it so, and cast it in the query, or leave columns out.`,
  });
}

/** @throws {SfcrimeError} CONFIG if there is one. */
function requireNoCorruptRecord({ streams, provenance }: Settings, name: string): void {
  if (streams[name]!.corrupt_record === undefined) return;
  const place = provenance.get(`stream.${name}.corrupt_record`)?.place ?? `[stream.${name}]`;
  throw new SfcrimeError("CONFIG", `${place}: a record of format ${streams[name]!.format} has no text.`, {
    hint: "Remove corrupt_record.",
  });
}

/** Checks computed columns, also of a stream that no query reads. @throws {SfcrimeError} CONFIG */
function requireComputableColumns(settings: Settings, name: string, columns: readonly SourceColumn[]): void {
  if (columns.every(isOfValue)) return;
  const zone = timeZoneOf(settings.analyze.time_zone) ?? UTC;
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

function isNamed({ name }: SourceColumn, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** A list of names, separated by commas. */
export function namesIn(text: string | undefined): string[] {
  return (text ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** Where the columns of a stream or table are set, for errors. */
export function columnsPlace(settings: Settings, section: string): string {
  const place = settings.provenance.get(`${section}.columns`)?.place ?? "";
  return `${place}: [${section}] columns`;
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
    { hint: didYouMean(watermark.column, times) },
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
