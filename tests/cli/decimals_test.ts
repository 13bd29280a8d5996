/** DECIMALs from a record to a sink, by way of the workers, a table, the state and a checkpoint. */
import { deepEqual } from "assert";
import { join } from "node:path";
import { lines, Workplace } from "../support/workplace.ts";

const CONFIG = `[stream.sales]
columns = item STRING, price DECIMAL(10,2)
watermark = none
[table.rates]
path = rates.csv
format = csv
columns = item STRING, rate DECIMAL(4,3)
[query.taxed]
sql = SELECT item, price, price * rate AS tax FROM sales LEFT JOIN rates USING (item)
[query.totals]
sql = SELECT item, sum(price) AS total, max(price) AS most FROM sales GROUP BY item
output_mode = update
`;

Deno.test("DECIMALs are exact from the record to the sink, and in a state that is resumed", async () => {
  await using place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "app.cfg"), CONFIG);
  await Deno.writeTextFile(join(place.directory, "rates.csv"), "item,rate\ntea,0.175\n");
  const sell = async (...sales: readonly string[]) => {
    await place.succeedInProcess(["produce", "--input", "-", "--validate", "lenient"], {
      stdin: sales.join("\n"),
    });
  };
  const analyze = async (query: string) => {
    const flags = [
      "--trigger",
      "available-now",
      "--sink",
      "ndjson",
      "--checkpoint",
      join(place.directory, query),
    ];
    const { stdout } = await place.succeedInProcess(["analyze", query, ...flags]);
    return lines(stdout);
  };
  await sell(
    '{"item":"tea","price":0.10}',
    '{"item":"tea","price":"1,000.205"}',
    '{"item":"rum","price":1e9}',
  );
  deepEqual(await analyze("taxed"), [
    '{"item":"tea","price":0.10,"tax":0.01750}',
    '{"item":"tea","price":1000.21,"tax":175.03675}',
    '{"item":"rum","price":null,"tax":null}',
  ]);
  deepEqual((await analyze("totals")).toSorted(), [
    '{"item":"rum","total":null,"most":null}',
    '{"item":"tea","total":1000.31,"most":1000.21}',
  ]);
  await sell('{"item":"tea","price":0.2}');
  deepEqual(await analyze("totals"), ['{"item":"tea","total":1000.51,"most":1000.21}']);
});
