/** Records of which some come too late, and the queries that they are late for. */
import { join } from "node:path";
import { Workplace } from "./workplace.ts";

const CONFIG = `[stream.a]
columns = at TIMESTAMP, id STRING
watermark = at 10 minutes
[stream.b]
topic = other
columns = at TIMESTAMP, id STRING
watermark = at 10 minutes
[query.windows]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n FROM a WHERE id <> 'no' GROUP BY window(at, '10 minutes')
[query.changed]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n FROM a GROUP BY window(at, '10 minutes')
output_mode = update
[query.early]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n FROM a WHERE at < '2018-01-01 11:30:00'
    GROUP BY window(at, '10 minutes')
[query.ids]
sql = SELECT id FROM a
deduplicate = id
[query.both]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n
    FROM (SELECT at FROM a UNION ALL SELECT at FROM b) GROUP BY window(at, '10 minutes')
`;

/** An event of the stream `a`. */
export interface TestRecord {
  readonly at: string;
  readonly id: string;
}

/** A place with queries over streams that may be late. */
export class LatePlace extends Workplace {
  constructor(servers: readonly string[] = []) {
    super(servers);
    Deno.writeTextFileSync(join(this.directory, "app.cfg"), CONFIG);
  }

  async send(records: readonly TestRecord[], args: readonly string[] = []): Promise<void> {
    const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await this.succeedInProcess(["produce", "--input", "-", ...args], { stdin });
  }
}

/** An event of 2018-01-01, at a time such as `11:00`. */
export function at(time: string, id = time): TestRecord {
  return { at: `2018-01-01T${time}:00Z`, id };
}

/** Batches of two: the rows behind 12:00 are late from the third batch on. */
export const RECORDS = [
  ...[at("11:00"), at("12:00")],
  ...[at("11:01"), at("12:01")],
  ...[at("11:02"), at("11:50")],
  ...[at("11:03", "no"), at("12:02")],
];
/** How the records come in batches of two. */
export const RUN = ["--trigger", "available-now", "--max-offsets-per-trigger", "2", "--sink", "ndjson"];
/** All queries over the records. */
export const LATE_RUN = ["analyze", "windows", "changed", "ids", ...RUN];

/** What is late of the records, by hand: sorted lines. */
export function lateRows(topic: string): string[] {
  return (["windows", "changed", "ids"] as const).flatMap((query) =>
    RECORDS.flatMap((record, offset) => {
      // Rows are late by 11:50 in the third batch, and by 11:51 in the last: a key by its time, a window by its end.
      const batchId = Math.floor(offset / 2);
      const lastLate = query === "ids" ? "2018-01-01T11:50:00Z" : "2018-01-01T11:49:59Z";
      const isLate = batchId >= 2 && record.at <= lastLate;
      if (!isLate || (query === "windows" && record.id === "no")) return [];
      return [JSON.stringify({ query, batchId, topic, partition: 0, offset, value: JSON.stringify(record) })];
    })
  ).toSorted();
}
