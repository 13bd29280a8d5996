import { deepEqual, equal, throws } from "assert";
import { freshSeed, type FuzzRecord, readRecords, recordsWith } from "../../fuzz/seeds.ts";

const NOON = new Date("2026-11-26T12:00:00Z");

function recordOf(first: number, last: number): FuzzRecord {
  const versions = { spark: "4.0.0", deno: "2.9.6" };
  return { date: "2026-11-26", versions, seeds: { first, last }, cases: 4, answered: 4, differing: [] };
}

Deno.test("Each day has seeds of its own, and those behind a record of the day are fresh", () => {
  equal(freshSeed([], NOON), 20_261_126_000);
  equal(freshSeed([], new Date("2026-11-27T00:00:00Z")), 20_261_127_000);
  const records = [
    recordOf(1, 125),
    recordOf(20_261_126_000, 20_261_126_014),
    recordOf(20_261_126_015, 20_261_126_019),
  ];
  equal(freshSeed(records, NOON), 20_261_126_020);
  throws(
    () => freshSeed([recordOf(20_261_126_000, 20_261_126_999)], NOON),
    /The records have all seeds of today/,
  );
});

Deno.test("No two records have a seed in common, and none was made with an answer that differed", async () => {
  const records = await readRecords();
  for (const record of records) {
    deepEqual(recordsWith(records, record.seeds), [record]);
    deepEqual(record.differing, []);
  }
});
