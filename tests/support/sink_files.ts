/** Writes rows by the file sinks, and has a real Spark read them. */
import { UTC } from "../../lib/base/time_zone.ts";
import type { Row, Schema } from "../../lib/records/data_type.ts";
import { FileSink, type FileSinkOptions } from "../../lib/sinks/files/file_sink.ts";
import { partFormat } from "../../lib/sinks/files/part_format.ts";
import { partitioningBy } from "../../lib/sinks/files/partitioning.ts";
import { filesIn, rememberedAnswer } from "./spark_answers.ts";
import { SparkConnection } from "./spark_server.ts";
import { tempDir } from "./temp_dir.ts";

/** How rows are written. */
export interface Written extends Partial<Omit<FileSinkOptions, "format" | "partitioning">> {
  readonly directory: string;
  readonly kind: "json" | "csv" | "parquet";
  readonly schema: Schema;
  readonly partitionBy?: readonly string[];
}

/** A sink of files, append mode unless said. */
export function fileSink({ kind, schema, partitionBy, ...options }: Written): FileSink {
  const partitioning = partitionBy === undefined ? undefined : partitioningBy(partitionBy, schema, UTC);
  return new FileSink({
    outputMode: "append",
    ...options,
    format: partFormat(kind, partitioning?.schema ?? schema, UTC),
    ...(partitioning === undefined ? {} : { partitioning }),
  });
}

/** Writes batches, numbered from 0, to the end. */
export async function writeFiles(written: Written, batches: readonly (readonly Row[])[]): Promise<void> {
  const sink = fileSink(written);
  await sink.open("query");
  await sink.prepare();
  for (const [batchId, rows] of batches.entries()) {
    await sink.begin({ batchId });
    await sink.write({ rowCount: rows.length, rows });
    await sink.commit();
  }
  await sink.close();
}

/** What Spark is to read; see `read_files.py`. */
export interface SparkRead {
  readonly path: string;
  readonly format: "json" | "csv" | "parquet";
  readonly schema?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly where?: string;
  readonly select?: readonly string[];
}

/** What Spark has read. */
export interface SparkRows {
  readonly schema: string;
  readonly rows: readonly string[];
}

/** The script that reads. */
const READER = new URL("read_files.py", import.meta.url).pathname;

/** Has Spark read some directories, in one session; what it has read of the same files before is remembered. */
export async function readBySpark(requests: readonly SparkRead[]): Promise<SparkRows[]> {
  const contents = requests.map(async ({ path, ...how }) => ({ ...how, files: await filesIn(path) }));
  const question = [await Deno.readTextFile(READER), await Promise.all(contents)];
  return await rememberedAnswer(question, async () => {
    await using directory = await tempDir();
    await using spark = await SparkConnection.open();
    const path = await directory.write("requests.json", JSON.stringify(requests));
    return JSON.parse(await spark.ask({ script: READER, args: [path] })) as SparkRows[];
  });
}
