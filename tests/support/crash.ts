/** Runs `tests/fault/crash_child.ts`, and reads what a durable sink then holds. */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { openBroker } from "./brokers.ts";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { decodeBatches } from "../../lib/broker/record_batch/decode.ts";
import type { CrashRun } from "./crash_run.ts";
import { scriptWords } from "./program.ts";

/** Runs to the end or the kill; says which it was. */
export async function runOrCrash(run: CrashRun): Promise<"ended" | "killed"> {
  const [deno, ...args] = scriptWords("tests/fault/crash_child.ts", [JSON.stringify(run)]);
  const { code, signal, stderr } = await new Deno.Command(deno, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (signal === "SIGKILL") return "killed";
  if (code === 0) return "ended";
  throw new Error(`The analysis failed:\n${new TextDecoder().decode(stderr)}`);
}

/** The rows in all parts of a directory and those below it, sorted, whether a manifest names them or not. */
export async function rowsOfFiles(directory: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (name.startsWith("_")) continue;
    if (isDirectory) rows.push(...(await rowsOfFiles(path)).map((row) => `${name} ${row}`));
    else if (name.endsWith(".parquet")) rows.push(...await rowsOfParquet(path));
    else {
      const lines = linesOf(await Deno.readTextFile(path));
      // The first line of CSV is its header.
      rows.push(...name.endsWith(".csv") ? lines.slice(1) : lines);
    }
  }
  return rows.sort();
}

async function rowsOfParquet(path: string): Promise<string[]> {
  const bytes = await Deno.readFile(path);
  const rows = await parquetReadObjects({ file: bytes.buffer });
  return rows.map((row) =>
    JSON.stringify(row, (_key, value: unknown) => typeof value === "bigint" ? String(value) : value)
  );
}

/** The rows of a SQLite table, sorted. */
export function rowsOfTable(path: string, table: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(`SELECT * FROM "${table}"`).all().map((row) => JSON.stringify(row)).sort();
  } finally {
    database.close();
  }
}

/** The values of a topic that a reader of committed records sees, sorted. */
export async function rowsOfTopic(address: BrokerAddress, topic: string): Promise<string[]> {
  const broker = await openBroker(address);
  try {
    const reader = await broker.openReader();
    const [from, to] = [
      await broker.listOffsets(topic, "earliest"),
      await broker.listOffsets(topic, "latest"),
    ];
    const rows: string[] = [];
    for (const [partition, end] of to) {
      const range = { topic, partition, from: from.get(partition)!, to: end };
      let next = range.from;
      for await (const { bytes, aborted } of reader.read(range)) {
        next = decodeBatches(bytes, { from: next, to: end, aborted }, ({ bytes, valueStart, valueEnd }) => {
          rows.push(new TextDecoder().decode(bytes.subarray(valueStart, valueEnd)));
        });
      }
    }
    await reader.close();
    return rows.sort();
  } finally {
    await broker.close();
  }
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
