/** What the commands of administration print: a list in columns for people, or JSON for programs. */
import type { Broker } from "../../broker/broker.ts";
import type { Command } from "commander";
import { connect, type Context, createContext } from "../context.ts";
import type { Io } from "../io.ts";
import { type Column, inColumns } from "../terminal/columns.ts";

const utf8 = new TextEncoder();

/** Writes text to stdout. */
export async function printText(io: Io, text: string): Promise<void> {
  await io.stdout.write(utf8.encode(text));
}

/** Each value as JSON on a line of its own. */
export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** How rows are printed. */
export interface ListOptions<Row> {
  readonly columns: readonly Column<Row>[];
  /** Whether each row is a JSON object instead. */
  readonly json: boolean | undefined;
  /** The object of a row, if it is not the row itself. */
  readonly object?: (row: Row) => unknown;
}

/** Prints rows. An empty list has no titles. */
export async function printList<Row>(
  io: Io,
  rows: readonly Row[],
  { columns, json = false, object = (row) => row }: ListOptions<Row>,
): Promise<void> {
  if (json) await printText(io, jsonLines(rows.map(object)));
  else if (rows.length > 0) await printText(io, inColumns(rows, columns));
}

/** Connects to the broker for one command. @param check Finds what is wrong before that. */
export async function withBroker(
  command: Command,
  io: Io,
  { check = () => {}, body }: {
    readonly check?: (context: Context) => void;
    readonly body: (broker: Broker, context: Context) => Promise<void>;
  },
): Promise<void> {
  const context = await createContext(command, io);
  check(context);
  const broker = await connect(context);
  try {
    await body(broker, context);
  } finally {
    await broker.close();
  }
}
