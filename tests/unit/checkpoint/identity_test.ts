/** What a query may not change between two runs on one checkpoint, beside what Spark was asked for. */
import { deepEqual, equal, match } from "assert";
import { identityOf } from "../../../lib/analyze/query/query_identity.ts";
import {
  changeText,
  compareQueries,
  type QueryIdentity,
  refusal,
  type StoredIdentity,
} from "../../../lib/checkpoint/identity.ts";
import { planScenario, type Scenario } from "../../support/stream_scenario.ts";
import { tempDir } from "../../support/temp_dir.ts";

const SQL = "SELECT code, count(*) AS n FROM t GROUP BY code";

/** A query over the stream `t`, or over what is given in its place. */
async function identity(
  sql: string,
  { columns = "code STRING, at TIMESTAMP", watermark = "none", ...more }: Partial<Scenario> & {
    readonly columns?: string;
    readonly watermark?: string;
  } = {},
) {
  await using directory = await tempDir();
  const { queries: [query] } = await planScenario({
    name: "identity",
    streams: { t: { columns }, u: { columns } },
    tables: { kinds: { columns: "code STRING, title STRING, old STRING", rows: [] } },
    queries: { q: { sql, output_mode: "update", watermark } },
    batches: [],
    ...more,
  }, directory.path);
  return identityOf(query!, { description: "rows" });
}

const compare = (kept: StoredIdentity, now: QueryIdentity) =>
  compareQueries({ kept, now, topics: ["t"], reads: (topic) => now.reads.join().includes(topic) });

/** What is refused, as the user sees it. */
function refusedText(kept: StoredIdentity, now: QueryIdentity): string {
  return changeText(compare(kept, now).refused);
}

/** As it comes back from a checkpoint. */
const kept = (identity: StoredIdentity) => JSON.parse(JSON.stringify(identity)) as StoredIdentity;

/** As versions before wrote it. */
const old = ({ query, sql, outputMode, reads, state }: QueryIdentity) =>
  kept({ query, sql, outputMode, reads, state });

Deno.test("A query is the same after its way through a checkpoint", async () => {
  const query = await identity("SELECT title FROM t JOIN kinds USING (code)", { watermark: "at 1 minute" });
  deepEqual(compare(kept(query), query), { refused: [], canBeAccepted: true, allowed: [] });
});

Deno.test("A join before an aggregate belongs to the state, one of a query without state may change", async () => {
  const joined = (select: string, key: string) =>
    identity(
      `${select} FROM t JOIN kinds ON t.code = kinds.${key} ${select.includes("n") ? "GROUP BY title" : ""}`,
    );
  const counts = "SELECT title, count(*) AS n";
  equal(
    refusedText(await joined(counts, "code"), await joined(counts, "old")),
    "joins: was INNER JOIN kinds ON code = kinds.code, is now INNER JOIN kinds ON code = kinds.old",
  );
  const rows = "SELECT title";
  const { refused, allowed } = compare(await joined(rows, "code"), await joined(rows, "old"));
  deepEqual([refused, allowed.map(({ name }) => name)], [[], ["joins"]]);
});

Deno.test("A column of another type is other state, also where the type of the key stays", async () => {
  const keyed = (columns: string) =>
    identity("SELECT code IS NULL AS l, count(*) AS n FROM t GROUP BY code IS NULL", { columns });
  equal(
    refusedText(await keyed("code STRING"), await keyed("code INT")),
    "columns: was code STRING, is now code INT",
  );
});

Deno.test("The time zone belongs to state that is made of times, and to no other", async () => {
  const there = { timeZone: "Asia/Tokyo" };
  const byHour = "SELECT hour(at) AS h, count(*) AS n FROM t GROUP BY hour(at)";
  equal(
    refusedText(await identity(byHour), await identity(byHour, there)),
    "time zone: was UTC, is now Asia/Tokyo",
  );
  equal(refusedText(await identity(SQL), await identity(SQL, there)), "");
});

Deno.test("A watermark that nothing depends on may change, come and go", async () => {
  const { refused, allowed } = compare(await identity(SQL, { watermark: "at 1 hour" }), await identity(SQL));
  deepEqual([refused, allowed], [[], []]);
});

Deno.test("A topic more can be accepted, another topic cannot", async () => {
  const topics = async (topics: string): Promise<QueryIdentity> => ({
    ...await identity(SQL),
    reads: [`Subscribe[${topics}]`],
  });
  const more = compare(await topics("t"), await topics("t, u"));
  equal(changeText(more.refused), "topics: was Subscribe[t], is now Subscribe[t, u]");
  equal(more.canBeAccepted, true);
  equal(compare(await topics("t"), await topics("u")).canBeAccepted, false);
});

Deno.test("A checkpoint of an older version goes on with its statement, and with no other that keeps something else", async () => {
  const before = old(await identity(SQL));
  deepEqual(before.state, ["groups by (STRING) of count()"]);
  deepEqual(compare(before, await identity(SQL.replace("GROUP", "\n  group"))).refused, []);
  equal(
    refusedText(before, await identity(SQL.replaceAll("code", "upper(code)"))),
    "group keys: was code, is now upper(code)",
  );
  // They wrote numbers behind the types.
  const limited = await identity("SELECT code FROM t LIMIT 3", {
    queries: { q: { sql: "SELECT code FROM t LIMIT 3", output_mode: "append" } },
  });
  deepEqual(compare({ ...old(limited), state: ["rows given, 3 at most"] }, limited).refused, []);
});

Deno.test("A statement that cannot be planned any more is refused as a whole, and can be accepted", async () => {
  const before = kept({ ...await identity(SQL), sql: "SELECT nothing(code), count(*) FROM t GROUP BY 1" });
  const change = compare(before, await identity(SQL));
  deepEqual(change.refused.map(({ name }) => name), ["statement"]);
  equal(change.canBeAccepted, true);
});

Deno.test("A refusal shows both sides of each part, and the way out that there is", async () => {
  const change = compare(await identity(SQL), await identity(SQL.replaceAll("code", "upper(code)")));
  const { message, hint, exitCode } = refusal("kept/q", "q", change);
  equal(
    message,
    "Query q has changed and cannot resume from its checkpoint kept/q.\n" +
      "  group keys\n    was: code\n    now: upper(code)",
  );
  match(hint!, /new --checkpoint.*--accept-changed-query/);
  equal(exitCode, 2);
  const { hint: other } = refusal("kept/q", "q", { ...change, canBeAccepted: false });
  equal(other!.includes("--accept-changed-query"), false);
});
