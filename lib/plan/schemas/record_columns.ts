/**
 * The columns of a stream: those that are declared, checked by the formats of its values and keys, or those that the
 * formats have by themselves.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import type { Settings } from "../../config/settings.ts";
import type { RecordFormat } from "../../config/values/record_format.ts";
import { type DataType, sameType, typeName } from "../../records/data_type.ts";
import { SINGLE_FIELD } from "../../records/formats/schemas/single_field.ts";
import { isOfValue } from "../../records/kafka/kafka_column.ts";
import type { FormattedColumns, RecordPart, StreamFormats } from "../../registry/formats/stream_format.ts";
import { parseColumns, type SourceColumn } from "../../sql/catalog.ts";
import { requireCellTypes, requireOptions } from "./local_formats.ts";
import { partSettings, RECORD_PARTS } from "./part_settings.ts";
import { WHOLE_TYPES } from "./whole_types.ts";

/** The columns of a stream, including the one for corrupt records even if it is not declared. @throws {SfcrimeError} CONFIG */
export function recordColumns(
  settings: Settings,
  stream: string,
  formats: StreamFormats = {},
): SourceColumn[] {
  const { columns: text, corrupt_record: corrupt } = settings.streams[stream]!;
  requireTextIfCorrupt(settings, stream, formats);
  for (const part of RECORD_PARTS) requireOptions(settings, stream, part);
  if (text === undefined) return ownColumns(settings, stream, formats);
  const declared = parseColumns(text, columnsPlace(settings, `stream.${stream}`));
  const columns = RECORD_PARTS.reduce<SourceColumn[]>(
    (columns, part) => ofFormat(columns, { settings, stream, part, formatted: formats[part] }),
    declared,
  );
  if (corrupt === undefined || columns.some((column) => isNamed(column, corrupt))) return columns;
  return [...columns, { name: corrupt, field: corrupt, type: "STRING" }];
}

/** Whether a column has a name, which is case-insensitive. */
export function isNamed({ name }: SourceColumn, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** Where the columns of a stream or table are set, for errors. */
export function columnsPlace(settings: Settings, section: string): string {
  const place = settings.provenance.get(`${section}.columns`)?.place ?? "";
  return `${place}: [${section}] columns`;
}

/** The columns that the formats have by themselves: those of the key come first. */
function ownColumns(settings: Settings, stream: string, formats: StreamFormats): SourceColumn[] {
  const columns: SourceColumn[] = [];
  for (const part of RECORD_PARTS) {
    const { format } = partSettings(settings, stream, part);
    if (format === undefined) continue;
    const own = ownColumnsOf(part, format, formats[part]);
    if (own === undefined) {
      throw new SfcrimeError("CONFIG", `[stream.${stream}] has no columns.`, {
        hint: `Declare them, for example columns = id STRING${part === "key" ? " KEY" : ""}, at TIMESTAMP.`,
      });
    }
    const twice = columns.find(({ name }) => own.some((other) => isNamed(other, name)));
    if (twice !== undefined) {
      throw new SfcrimeError("CONFIG", `[stream.${stream}]: keys and values have a column ${twice.name}.`, {
        hint: `Declare columns: ${twice.name}_of_key ${typeName(twice.type)} KEY FROM '${twice.name}'.`,
      });
    }
    columns.push(...own);
  }
  return columns;
}

/** Undefined if the format says nothing of columns. */
function ownColumnsOf(
  part: RecordPart,
  format: RecordFormat,
  formatted: FormattedColumns | undefined,
): SourceColumn[] | undefined {
  const whole = WHOLE_TYPES[format];
  if (whole !== undefined) return [{ name: part, field: part, type: whole, kafka: part }];
  return formatted?.columns?.map((column) => {
    const name = formatted.isSingle ? part : column.name;
    const origin = part === "key" ? { keyField: column.name } : {};
    return { name, type: column.type, field: column.name, ...origin };
  });
}

/** What the columns of a part are checked with. */
interface PartColumns {
  readonly settings: Settings;
  readonly stream: string;
  readonly part: RecordPart;
  readonly formatted: FormattedColumns | undefined;
}

/** Declared columns, of which those of a part of the records are as its format has them. */
function ofFormat(declared: readonly SourceColumn[], of: PartColumns): SourceColumn[] {
  const { settings, stream, part, formatted } = of;
  const { format } = partSettings(settings, stream, part);
  const isOfPart = (column: SourceColumn) =>
    part === "key" ? column.keyField !== undefined : isOfValue(column);
  const own = declared.filter(isOfPart);
  const [first] = own;
  if (first === undefined) return [...declared];
  const place = columnsPlace(settings, `stream.${stream}`);
  if (format === undefined) {
    throw new SfcrimeError("CONFIG", `${place}: column ${first.name} is of the key, which has no format.`, {
      hint: "Set key_format, for example to text or json.",
    });
  }
  const whole = WHOLE_TYPES[format];
  if (whole !== undefined) {
    requireWhole(own, { place, part, format, whole });
    return declared.map((column) => isOfPart(column) ? wholeColumn(column, part) : column);
  }
  if (format === "csv") requireCellTypes(own, place);
  if (formatted?.columns === undefined) return [...declared];
  if (formatted.isSingle) {
    requireWhole(own, { place, part, format, whole: formatted.columns[0]!.type });
    return declared.map((column) => isOfPart(column) ? singleColumn(column, part) : column);
  }
  for (const column of own) requireOfSchema(column, formatted, place);
  return [...declared];
}

/** The whole key or value as a column. */
function wholeColumn({ name, field, type }: SourceColumn, part: RecordPart): SourceColumn {
  return { name, field, type, kafka: part };
}

/** The only field of a key or value as a column. */
function singleColumn({ name, type }: SourceColumn, part: RecordPart): SourceColumn {
  return { name, type, field: SINGLE_FIELD, ...part === "key" ? { keyField: SINGLE_FIELD } : {} };
}

/** @throws {SfcrimeError} CONFIG if there are several columns, or one of another type. */
function requireWhole(
  columns: readonly SourceColumn[],
  { place, part, format, whole }: {
    readonly place: string;
    readonly part: RecordPart;
    readonly format: RecordFormat;
    readonly whole: DataType;
  },
): void {
  const [first, second] = columns;
  const wrong = second ?? (sameType(first!.type, whole) ? undefined : first);
  if (wrong === undefined) return;
  throw new SfcrimeError(
    "CONFIG",
    `${place}: column ${wrong.name}: a ${part} of format ${format} is one column of type ${typeName(whole)}.`,
    {
      hint: `Compute others of it: ${wrong.name} ${typeName(wrong.type)} AS (CAST(… AS ${
        typeName(wrong.type)
      })).`,
    },
  );
}

/** A column of a part whose schema is known has a field of that schema, with its type. */
function requireOfSchema(
  { field, keyField = field, type }: SourceColumn,
  { columns }: FormattedColumns,
  place: string,
): void {
  const schema = columns!;
  const known = schema.find(({ name }) => name === keyField);
  if (known === undefined) {
    throw new SfcrimeError("CONFIG", `${place}: the schema has no field ${keyField}.`, {
      hint: didYouMean(keyField, schema.map(({ name }) => name)),
    });
  }
  if (sameType(known.type, type)) return;
  throw new SfcrimeError("CONFIG", `${place}: ${keyField} is ${typeName(known.type)} in the schema.`, {
    hint: `Declare it so, and cast it in the query, or leave columns out.`,
  });
}

/** @throws {SfcrimeError} CONFIG if there is a column for the text of values that have none, or always fit. */
function requireTextIfCorrupt(
  settings: Settings,
  stream: string,
  { value }: StreamFormats,
): void {
  const { corrupt_record: corrupt, format } = settings.streams[stream]!;
  if (corrupt === undefined) return;
  const place = settings.provenance.get(`stream.${stream}.corrupt_record`)?.place ?? `[stream.${stream}]`;
  const problem = WHOLE_TYPES[format] !== undefined
    ? `every record fits the format ${format}`
    : value?.columns !== undefined
    ? `a record of format ${format} has no text`
    : undefined;
  if (problem === undefined) return;
  throw new SfcrimeError("CONFIG", `${place}: ${problem}.`, { hint: "Remove corrupt_record." });
}
