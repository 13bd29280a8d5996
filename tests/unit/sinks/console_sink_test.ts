import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Output } from "../../../lib/base/files/output.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import { ConsoleSink } from "../../../lib/sinks/console_sink.ts";

class TextOutput implements Output {
  readonly writes: string[] = [];

  write(bytes: Uint8Array): Promise<void> {
    this.writes.push(new TextDecoder().decode(bytes));
    return Promise.resolve();
  }
}

Deno.test("However the rows of a batch come in chunks, its table is the same, in one write", async () => {
  const chunks = fc.array(
    fc.array(fc.string({ maxLength: 25 }).map((text): Row => [text]), { maxLength: 9 }),
    {
      maxLength: 6,
    },
  );
  await fc.assert(fc.asyncProperty(chunks, async (parts) => {
    const printed = async (batch: readonly (readonly Row[])[]) => {
      const output = new TextOutput();
      const sink = new ConsoleSink(output, [{ name: "s", type: "STRING" }], UTC);
      sink.begin({ batchId: 7 });
      for (const rows of batch) await sink.write({ rowCount: rows.length, rows });
      await sink.commit();
      return output.writes;
    };
    deepEqual(await printed(parts), await printed([parts.flat()]));
    equal((await printed(parts)).length, 1);
  }));
});

Deno.test("Every line of a table of plain characters has the same length", async () => {
  const cell = fc.string({ unit: "grapheme-ascii", maxLength: 30 });
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 10 }), async (rows) => {
    const output = new TextOutput();
    const sink = new ConsoleSink(output, [{ name: "a", type: "STRING" }, { name: "b", type: "STRING" }], UTC);
    sink.begin({ batchId: 0 });
    await sink.write({ rowCount: rows.length, rows: rows.map((row) => [...row]) });
    await sink.commit();
    const table = output.writes[0]!.split("\n").slice(3, -2);
    equal(table.length, rows.length + 4);
    equal(new Set(table.map((line) => line.length)).size, 1, table.join("\n"));
    ok(table.every((line) => line.length <= 1 + 2 * 21));
  }));
});
