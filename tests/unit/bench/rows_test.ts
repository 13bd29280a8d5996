import { deepEqual } from "assert";
import { makeContenders, type Sizes } from "../../bench/contenders.ts";
import { EmbeddedCalls } from "../../bench/embedded_calls.ts";
import { ROWS } from "../../bench/rows.ts";
import type { Workbench } from "../../bench/workbench.ts";

/** Contenders are made ready when they are asked for, so their names are known without a Kafka. */
const bench = { file: (name: string) => name } as Workbench;

Deno.test("Each row of the benchmark needs contenders that there are, and each of them is needed", () => {
  const races = makeContenders(bench, {} as Sizes, new EmbeddedCalls(bench, 0));
  const names = races.flatMap((contenders) => [...contenders.keys()]);
  const needed = new Set([...ROWS.values()].flatMap(({ needs }) => needs));
  deepEqual([...needed].toSorted(), names.toSorted());
});
