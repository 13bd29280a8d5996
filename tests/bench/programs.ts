/** The programs that are compared, as command lines: ours from source and compiled, kcat, and Spark. */
import { join } from "node:path";
import { compileTo } from "../support/compiled.ts";
import { DISPATCH_COLUMNS } from "../support/dispatches.ts";
import { programWords } from "../support/program.ts";
import { sparkConnectorJars } from "../support/spark_connector.ts";
import { sparkPython } from "../support/spark_home.ts";
import { NESTED_COLUMNS } from "./calls/nested_calls.ts";

const SPARK_JOB = new URL("spark_bench.py", import.meta.url).pathname;

/** The queries that are measured, by the names that `spark_bench.py` knows, too. */
export type QueryName =
  | "by_type"
  | "nested"
  | "windows"
  | "by_address"
  | "by_id"
  | "with_disposition"
  | "dispatched";

/** Those whose rows nobody takes: how many there are is all that is known of them. */
const WITHOUT_ROWS: ReadonlySet<QueryName> = new Set(["by_id", "with_disposition"]);

/** The queries that are not built in. `by_type` and `with_disposition` are as users have them. */
export const QUERIES = `[analyze]
watermark = call_date_time 10 minutes
[query.by_type]
sql = SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY original_crime_type_name ORDER BY count DESC
output_mode = complete
[stream.units]
columns = ${NESTED_COLUMNS}
watermark = at 10 minutes
[query.nested]
sql = SELECT unit.call.type AS original_crime_type_name, count(*) AS count FROM units GROUP BY 1 ORDER BY count DESC
output_mode = complete
[query.with_disposition]
sql = SELECT call_date_time, original_crime_type_name, description FROM calls LEFT JOIN radio_code USING (disposition)
output_mode = append
[query.windows]
sql = SELECT window(call_date_time, '10 minutes', '5 minutes') AS window, original_crime_type_name, count(*) AS count FROM calls GROUP BY 1, 2
output_mode = update
[query.by_address]
sql = SELECT address, original_crime_type_name, count(*) AS count FROM calls GROUP BY address, original_crime_type_name HAVING count(*) > 1
output_mode = update
[query.by_id]
sql = SELECT crime_id, count(*) AS count FROM calls GROUP BY crime_id
output_mode = update
[stream.dispatches]
topic = dispatches
columns = ${DISPATCH_COLUMNS}
watermark = dispatched_at 10 minutes
[query.dispatched]
sql = SELECT c.crime_id, original_crime_type_name, unit, dispatched_at FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id AND dispatched_at BETWEEN call_date_time AND call_date_time + INTERVAL 1 HOUR
`;

/** The command line of our program from source. */
export function fromSource(...args: readonly string[]): string[] {
  return programWords(args);
}

/** What it takes to start our program: from source, or the executable. */
export type Start = (...args: readonly string[]) => readonly string[];

/** Compiles the program into a directory, where there is a runtime for it. */
export async function compiled(directory: string): Promise<Start | undefined> {
  if (Deno.env.get("DENORT_BIN") === undefined) return undefined;
  const executable = join(directory, "sfcrime");
  await compileTo(executable);
  return (...args) => [executable, ...args];
}

/** Whether a query's rows are written and checked. */
export function hasRows(query: QueryName): boolean {
  return !WITHOUT_ROWS.has(query);
}

/** An analysis of all that is in a topic. */
export function analysis(query: QueryName): string[] {
  return ["analyze", query, "--trigger", "available-now", "--sink", hasRows(query) ? "ndjson" : "none"];
}

/** Spark's analysis of all that is in a topic, with its rows as files in a new directory. */
export async function sparkAnalysis(
  query: QueryName,
  { servers, topic, rows, dispatches }: {
    readonly servers: string;
    readonly topic: string;
    readonly rows: string;
    /** The topic that the calls are joined with. */
    readonly dispatches?: string;
  },
): Promise<string[]> {
  const args = [servers, topic, query, rows, ...dispatches === undefined ? [] : [dispatches]];
  return [await sparkPython(), "-B", SPARK_JOB, await sparkConnectorJars(), ...args];
}

/** kcat reading all that is in a topic. */
export function kcatRead(servers: string, topic: string): string[] {
  return ["kcat", "-b", servers, "-C", "-e", "-q", "-o", "beginning", "-t", topic];
}

/** kcat writing the lines of a file. */
export function kcatWrite(servers: string, topic: string, file: string): string[] {
  return ["kcat", "-b", servers, "-P", "-t", topic, "-l", file];
}
