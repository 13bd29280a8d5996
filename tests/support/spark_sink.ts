/** Reads what Spark's streaming sinks of files have written, without Spark: the files that their log names. */
import { basename, join } from "node:path";
import { parquetReadObjects } from "hyparquet";

/** A file in the log of a sink. */
interface LoggedFile {
  readonly path: string;
  readonly action: string;
}

/** The rows in the Parquet files of a sink, in any order; none if it has not committed a batch. */
export async function parquetRows(directory: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const file of filesOf(join(directory, "_spark_metadata"))) {
    const { buffer } = await Deno.readFile(join(directory, file));
    rows.push(...await parquetReadObjects({ file: buffer }));
  }
  return rows;
}

/** The names of all files: each batch adds its own, and some batches have those of all before them as well. */
function filesOf(log: string): ReadonlySet<string> {
  const files = new Set<string>();
  for (const name of batchesIn(log)) {
    for (const line of Deno.readTextFileSync(join(log, name)).split("\n").slice(1)) {
      if (line === "") continue;
      const { path, action } = JSON.parse(line) as LoggedFile;
      if (action === "add") files.add(basename(new URL(path).pathname));
    }
  }
  return files;
}

function batchesIn(log: string): string[] {
  try {
    return [...Deno.readDirSync(log)].map(({ name }) => name).filter((name) =>
      /^\d+(\.compact)?$/.test(name)
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
