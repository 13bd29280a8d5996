/** Where `consume` prints, and how: on stdout, and with `--tee` in a file as well. */
import { openToWrite } from "../../base/files/own_file.ts";
import { outputTo } from "../../base/files/output.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { zoneOf } from "../../config/effective.ts";
import { unescaped } from "../../config/values/text/escaped_bytes.ts";
import { recordPrinter } from "../../consume/formats/printers.ts";
import type { PrinterStyle } from "../../consume/formats/record_printer.ts";
import type { PrintedOutput } from "../../consume/printer.ts";
import type { Schema } from "../../records/data_type.ts";
import type { Context } from "../context.ts";

/** What the command line has of it. */
export interface OutputFlags {
  readonly delimiter?: string;
  readonly tee?: string;
}

/** Formats that a delimiter follows. */
const WITH_DELIMITER: readonly unknown[] = ["value", "raw"];

/** @throws {SfcrimeError} USAGE if the format has no delimiter. */
export function delimiterOf(
  { settings: { consumer } }: Context,
  { delimiter }: OutputFlags,
): Uint8Array | undefined {
  if (delimiter === undefined) return undefined;
  if (WITH_DELIMITER.includes(consumer.format)) return unescaped(delimiter);
  throw new SfcrimeError("USAGE", "--delimiter is for the formats value and raw.", {
    hint: "Add --format raw, or write a template such as --format '%s\\n'.",
  });
}

/** The terminal that records are printed on; undefined if stdout is none, or cannot show them. */
export function terminalOf({ io, color }: Context): PrinterStyle["terminal"] {
  const size = io.canShow("stdout") ? io.sizeOf("stdout") : undefined;
  return size && { columns: size.columns, color };
}

/** The outputs of a run, and the file that has to be closed at its end. */
export interface OpenOutputs {
  readonly outputs: readonly PrintedOutput[];
  close(): void;
}

/** Opens the outputs. @throws {SfcrimeError} FILE_MISSING, OUTPUT or DISK_FULL */
export async function openOutputs(
  context: Context,
  { delimiter, tee, selected }: {
    readonly delimiter: Uint8Array | undefined;
    readonly tee: string | undefined;
    readonly selected: Schema | undefined;
  },
): Promise<OpenOutputs> {
  const { settings, io } = context;
  const { format } = settings.consumer;
  const style: PrinterStyle = {
    terminal: undefined,
    zone: zoneOf(settings),
    ...delimiter === undefined ? {} : { delimiter },
    ...selected === undefined ? {} : { selected },
  };
  const onStdout = await recordPrinter(format, { ...style, terminal: terminalOf(context) });
  const stdout = { printer: onStdout, output: io.stdout };
  if (tee === undefined) return { outputs: [stdout], close: () => {} };
  const printer = await recordPrinter(format, style);
  const file = openToWrite(tee);
  const copy = { printer, output: outputTo(file, tee) };
  return { outputs: [stdout, copy], close: () => file.close() };
}
