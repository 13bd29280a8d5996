/** What shows a run shows one on a cluster alike: the dashboard, the live view, and the traces of its batches. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { sharedKafka } from "../support/kafka.ts";
import { OtlpReceiver } from "../support/otlp_receiver.ts";
import { sharedSparkConnect } from "../support/spark_connect.ts";
import { startOnTerminal, type TerminalRun } from "../support/terminal.ts";
import { whenTrue } from "../support/when_true.ts";
import { countsByType, Workplace } from "../support/workplace.ts";
import { sampleCalls } from "../support/calls.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

const CALLS = 400;
const TOKEN = "a-token-of-a-test";
const QUERIES = ["by_type", "joined", "by_city", "kept", "in_topic"];

/** Queries of all modes, and of all places where a cluster has their rows. */
function queriesOf(directory: string, topic: string): string {
  return `
[query.by_type]
sql = SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY 1 ORDER BY count DESC, 1
output_mode = complete
sink = console
[query.joined]
sql = SELECT crime_id, call_date_time, description AS \`what it's\` FROM calls LEFT JOIN radio_code USING (disposition)
sink = console
[query.by_city]
sql = SELECT city, count(*) AS calls, max(call_date_time) AS latest FROM calls GROUP BY city
output_mode = update
ui_only = true
[query.kept]
sql = SELECT crime_id, to_date(call_date_time) AS day, length(address) / 3 AS third FROM calls
sink = parquet:${directory}
checkpoint = ${directory}-checkpoint
[query.in_topic]
sql = SELECT disposition, count(*) AS count, min(call_date_time) AS first FROM calls GROUP BY disposition
output_mode = complete
sink = kafka:${topic}
checkpoint = ${directory}-checkpoint-of-topic
[ui]
token = ${TOKEN}
`;
}

/** What is asked about the rows of each query. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  by_type: [
    "limit=500",
    "limit=7",
    "limit=500&where=count < 3 -- few&order=2 DESC, original_crime_type_name DESC",
  ],
  joined: [
    "limit=500",
    "limit=3&order=crime_id",
    "limit=500&where=`what it's` = 'Handled'&order=joined.crime_id DESC",
  ],
  by_city: [
    "limit=500",
    "limit=1&order=latest DESC, city",
    "limit=9&where=city IS NULL OR calls > 20&order=1",
  ],
  kept: ["limit=500", "limit=4&where=day >= DATE'2018-11-01'&order=third DESC, crime_id"],
  in_topic: ["limit=500", "limit=2&order=count DESC, disposition"],
};

interface Answer {
  readonly batchId: number | null;
  readonly kind: string;
  readonly total: number;
  readonly rows: readonly (readonly unknown[])[];
}

async function dashboardOf(run: TerminalRun): Promise<string> {
  const found = () => /Dashboard at (http:\/\/\S+)/.exec(run.raw);
  await run.until(() => found() !== null);
  return found()![1]!;
}

async function ask(url: string, method = "GET"): Promise<Response> {
  return await fetch(url, { method, headers: { authorization: `Bearer ${TOKEN}` } });
}

/** The rows that a busy server has in the end: it tells those who ask to come again. */
async function rowsOf(url: string): Promise<Answer> {
  let body = "";
  const status = async () => {
    const response = await ask(url.replaceAll(" ", "%20"));
    body = await response.text();
    return response.status;
  };
  await whenTrue(async () => (await status()) === 200, { withinMs: 300_000, failure: () => body });
  return JSON.parse(body) as Answer;
}

/** The answers about rows, as of the last batch with records; without an order, they are sorted. */
async function answersOf(url: string): Promise<Record<string, Omit<Answer, "batchId">[]>> {
  const answers: Record<string, Omit<Answer, "batchId">[]> = {};
  for (const [query, questions] of Object.entries(QUESTIONS)) {
    answers[query] = [];
    for (const question of questions) {
      const { batchId: _, rows, ...answer } = await rowsOf(`${url}/api/queries/${query}/rows?${question}`);
      const isOrdered = question.includes("order=") || query === "by_type";
      answers[query].push({
        ...answer,
        rows: isOrdered ? rows : rows.toSorted((left, right) => `${left}` < `${right}` ? -1 : 1),
      });
    }
  }
  return answers;
}

/** Waits until each query has read what there is. */
async function whenRead(url: string, run: TerminalRun): Promise<void> {
  await whenTrue(async () => {
    const answer = await ask(`${url}/api/queries`).catch((error) => {
      throw new Error(run.everything().join("\n"), { cause: error });
    });
    const queries = await answer.json() as {
      readonly error: unknown;
      readonly totals: { readonly inputRecords: number };
    }[];
    deepEqual(queries.filter(({ error }) => error !== null), []);
    return queries.length === QUERIES.length && queries.every(({ totals }) => totals.inputRecords === CALLS);
  }, { withinMs: 600_000, failure: () => run.screen().join("\n") });
}

Deno.test("A cluster's queries have the rows, the live view and the traces that local ones have, and are stopped one by one", async () => {
  await using place = new Workplace(servers);
  await using receiver = new OtlpReceiver();
  await place.succeedInProcess(["produce", "--limit", String(CALLS), "--input", "sample"]);
  const argsOf = async (name: string, engine: readonly string[]) => {
    const topic = `${place.topic}-${name}`;
    await place.succeedInProcess(["topic", "create", topic]);
    const config = join(place.directory, `${name}.cfg`);
    await Deno.writeTextFile(config, queriesOf(join(place.directory, name), topic));
    return [
      ...["analyze", "--config", config, "-b", servers.join(","), "--topic", place.topic, "--trigger", "1s"],
      ...["--ui", "--ui-port", "0", ...engine],
    ];
  };
  const size = { cwd: place.directory, columns: 120, rows: 60 };
  const local = startOnTerminal(await argsOf("local", []), size);
  const localUrl = await dashboardOf(local);
  await whenRead(localUrl, local);
  const expected = await answersOf(localUrl);
  local.type("\x03");
  equal(await local.ended(), 0);

  const args = await argsOf("cluster", ["--engine", "spark", "--remote", server.remote]);
  const run = startOnTerminal(args, { ...size, env: receiver.environment, msMax: 900_000 });
  const url = await dashboardOf(run);
  await whenRead(url, run);
  deepEqual(await answersOf(url), expected);
  const status = async (path: string, method = "GET") =>
    (await ask(`${url}/api/queries/${path}`, method)).status;
  equal(await status("by_type/rows?where=nothing"), 400);
  equal(await status("by_type/rows?where=1=1)%20OR%20(1=1"), 400);

  // The live view has the same rows, and the tables of the console sink come at the end.
  const [[type, count]] = [...countsByType(sampleCalls().slice(0, CALLS))].toSorted((a, b) =>
    b[1] - a[1]
  ) as [
    [string, number],
  ];
  const isShown = () => run.screen().some((line) => line.includes(type) && line.includes(`${count}`));
  await run.until(isShown);
  ok(run.screen().some((line) => /^by_city {2}(running|waiting)/.test(line)), run.screen().join("\n"));

  equal(await status("by_city/stop", "POST"), 200);
  await run.until(() => run.screen().some((line) => line.startsWith("by_city  ended")));
  equal(await status("by_city/rows"), 503);
  equal((await rowsOf(`${url}/api/queries/by_type/rows?limit=1`)).kind, "result");
  run.type("\x03");
  equal(await run.ended(), 0);
  match(run.everything().join("\n"), new RegExp(`\\|${type} +\\| *${count}\\|`));

  const own = receiver.spans.filter(({ scope }) => scope === "sfcrime");
  const batch = own.find(({ name, attributes }) =>
    name === "batch by_type" && attributes["sfcrime.input_records"] === CALLS
  )!;
  deepEqual(
    own.filter(({ parentSpanId }) => parentSpanId === batch.spanId).map(({ name }) => name),
    ["latestOffset", "walCommit", "addBatch", "commitOffsets"],
  );
});
