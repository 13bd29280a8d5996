/** The few figures that README has, from those that were measured last. */
import type { BenchRun } from "./figures.ts";
import type { Line } from "./row.ts";
import { figure, markdownTable } from "./table.ts";

/** The comparisons with Spark: the row with the times, and the one with the memory. */
const COMPARED = [
  { title: "Count 5,000,000 calls by type", times: "types", memory: "memory" },
  { title: "The same in windows of 10 minutes, every 5", times: "windows", memory: "windows-memory" },
] as const;

/** The table, in Markdown. @throws {Error} If a row was never measured, or not of 5,000,000 calls. */
export function speedTable(runs: readonly BenchRun[]): string {
  const lineOf = (row: string): Line => {
    const [line] = runs.flatMap(({ rows }) => rows[row] ?? []);
    if (line === undefined) throw new Error(`The row ${row} was never measured.`);
    return line;
  };
  const rows = COMPARED.map(({ title, times, memory }) => {
    const { work, from, value } = lineOf(times);
    if (!work.includes("5,000,000 calls")) throw new Error(`The row ${times} is of another size: ${work}`);
    const [spark, ours] = from.split(" / ");
    const { value: ownMiB, from: sparkMemory } = lineOf(memory);
    return [
      title,
      `${ours}, ${figure(Math.round(ownMiB))} MiB`,
      `${spark}, ${sparkMemory.replace(/^Spark /, "")}`,
      `**${Math.floor(value)} times as fast**`,
    ];
  });
  const delay = lineOf("delay");
  const names = [...COMPARED.flatMap(({ times, memory }) => [times, memory]), "delay"].join(",");
  return `${markdownTable(["From Kafka, on two cores", "sfcrime", "Spark 4.0", ""], rows)}

At 1,000 records a second, the median record is on stdout ${
    figure(delay.value)
  } ms after it was sent. \`deno task bench --only ${names}\` measures this, and checks every result; [performance](docs/performance.md) has the machine, kcat and ClickHouse.
`;
}
