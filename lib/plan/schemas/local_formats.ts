/** The formats of a stream that need no schema: plain JSON, and CSV with its options. */
import { SfcrimeError } from "../../base/errors.ts";
import { UTC } from "../../base/time_zone.ts";
import type { Settings } from "../../config/settings.ts";
import { cellReader } from "../../records/formats/csv/csv_cells.ts";
import { csvOptions } from "../../records/formats/csv/csv_options.ts";
import { PLAIN_JSON, type RecordPart, type StreamFormat } from "../../registry/formats/stream_format.ts";
import type { SourceColumn } from "../../sql/catalog.ts";
import { timesBy } from "../../stream/time/date_parse.ts";
import { partKey, partSettings } from "./part_settings.ts";

/** The format of a part of a stream's records; undefined for values of plain JSON, and for what is not divided. */
export function localFormat(settings: Settings, stream: string, part: RecordPart): StreamFormat | undefined {
  const { format, options } = partSettings(settings, stream, part);
  if (format === "csv") {
    return { kind: "csv", schema: undefined, isFramed: false, ...options === undefined ? {} : { options } };
  }
  return part === "key" && format === "json" ? PLAIN_JSON : undefined;
}

/** Checks the options of a part's format. @throws {SfcrimeError} CONFIG */
export function requireOptions(settings: Settings, stream: string, part: RecordPart): void {
  const { format, options } = partSettings(settings, stream, part);
  if (options === undefined) return;
  const key = partKey(part, "format_options");
  const place = `${
    settings.provenance.get(`stream.${stream}.${key}`)?.place ?? ""
  }: [stream.${stream}] ${key}`;
  if (format !== "csv") {
    throw new SfcrimeError("CONFIG", `${place}: only CSV has options.`, {
      hint: `Set ${partKey(part, "format")} = csv, or remove ${key}.`,
    });
  }
  located(place, () => {
    const { dateFormat, timestampFormat } = csvOptions(options);
    for (const pattern of [dateFormat, timestampFormat]) if (pattern !== undefined) timesBy(pattern, UTC);
  });
}

/** Checks that CSV has values of the types of columns. @throws {SfcrimeError} CONFIG */
export function requireCellTypes(columns: readonly SourceColumn[], place: string): void {
  for (const { name, type } of columns) {
    located(`${place}: column ${name}`, () => cellReader(type, { zone: UTC }));
  }
}

function located(place: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new SfcrimeError("CONFIG", `${place}: ${error.message}`, { cause: error, ...hint });
  }
}
