/**
 * All verbs at once on a cluster whose servers are restarted one after the other: none of them ends, and nothing is
 * lost or doubled. What each of them had to handle is what kcat finds in the topic.
 */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import { writeCalls } from "../support/calls.ts";
import { CLUSTER_SIZE, sharedCluster } from "../support/cluster.ts";
import { rowsOfFiles } from "../support/crash.ts";
import type { RunningProgram } from "../support/program.ts";
import { rollCluster } from "../support/rolling_restart.ts";
import { committedRecords } from "../support/sink_topic.ts";
import { whenTrue } from "../support/when_true.ts";
import { lines, Workplace } from "../support/workplace.ts";

/** Each server once, the last one frozen; with `ALL_CASES=true` twice. */
const RESTARTS = (Deno.env.get("ALL_CASES") === "true" ? 2 : 1) * CLUSTER_SIZE;
const FREEZE_EACH = CLUSTER_SIZE;
const RECORDS_PER_SECOND = 100;
/** Enough for as long as the restarts may take; the producer is ended when they are over. */
const CALLS = 200_000;
/** A run lasts for all restarts, on a machine that may be slow. */
const RUN = { msMax: 900_000 };
const PATIENCE_MS = 120_000;

const cluster = await sharedCluster();
const { servers } = cluster;

/** A record counts once two servers have it. */
const CONFIG = `
[kafka]
replication_factor = ${CLUSTER_SIZE}
topic_config = min.insync.replicas=2
[query.ids]
sql = SELECT crime_id FROM calls
[query.count]
sql = SELECT count(*) AS n FROM calls
output_mode = complete
`;

/** What one verb does meanwhile. */
interface Part {
  readonly title: string;
  readonly words: readonly string[];
  /** The ids of the calls that it has handled so far. */
  handled(program: RunningProgram): string[] | Promise<string[]>;
}

const idOf = (text: string | null) => (JSON.parse(text!) as { readonly crime_id: string }).crime_id;

function parts(place: Workplace): Part[] {
  const analyze = (sink: string, name: string) => [
    ...["analyze", "ids", "--config", "test.cfg", "--sink", sink, "--checkpoint", name],
  ];
  const out = `${place.topic}-out`;
  return [
    {
      title: "analyze into files",
      words: [...analyze("json:out", "kept-out"), "--trigger", "0s"],
      handled: async () => (await rowsOfFiles(join(place.directory, "out"))).map(idOf),
    },
    {
      title: "analyze, going on past losses",
      words: [...analyze("json:past", "kept-past"), "--trigger", "500ms", "--fail-on-data-loss", "false"],
      handled: async () => (await rowsOfFiles(join(place.directory, "past"))).map(idOf),
    },
    {
      title: "analyze into a topic",
      words: [...analyze(`kafka:${out}`, "kept-topic"), "--trigger", "1s"],
      handled: async () => (await committedRecords(servers, out)).map(({ payload }) => idOf(payload)),
    },
    {
      title: "consume without a group",
      words: ["consume", "--from", "beginning", "--format", "value"],
      handled: ({ stdout }) => lines(stdout).map(idOf),
    },
    {
      title: "consume in a group",
      words: ["consume", "--group", "rolling", "-X", "kafka.auto_offset_reset=earliest", "--format", "value"],
      handled: ({ stdout }) => lines(stdout).map(idOf),
    },
  ];
}

async function producedIds(place: Workplace): Promise<string[]> {
  return (await place.kcatRecords()).map(({ payload }) => idOf(payload)).sort();
}

Deno.test("Rolling restarts under load end no verb, and nothing is lost or doubled", async (test) => {
  await using place = new Workplace(servers);
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  const input = join(place.directory, "calls.ndjson");
  await writeCalls(input, { count: CALLS, layout: "ndjson" });
  const produce = [
    ...["produce", "--config", "test.cfg", "--input", input, "--rate", String(RECORDS_PER_SECOND)],
    ...["--partitions", "6", "--linger", "250ms", "--progress-interval", "100"],
  ];
  const producing = place.start(produce, RUN);
  await producing.until(({ stderr }) => stderr.includes("Producing"));
  const running = parts(place).map((part) => ({ ...part, program: place.start(part.words, RUN) }));
  for (const { program } of running) {
    await program.until(({ stdout, stderr }) => stdout !== "" || / batch 0: /.test(stderr));
  }
  const ended: string[] = [];
  for (const { title, program } of [...running, { title: "produce", program: producing }]) {
    void program.ended().then(({ code, stderr }) =>
      ended.push(`${title} has ended with ${code}:\n${stderr}`)
    );
  }
  await rollCluster(cluster, {
    restarts: RESTARTS,
    freezeEach: FREEZE_EACH,
    onRestart: () => equal(ended.join("\n"), ""),
  });
  equal(ended.join("\n"), "");

  let ids: string[] = [];
  await test.step("produce: the calls in the topic are the first ones of the input, each once", async () => {
    producing.kill("SIGINT");
    equal((await producing.ended()).code, 0, producing.stderr);
    ids = await producedIds(place);
    ok(ids.length > 5 * RESTARTS * RECORDS_PER_SECOND / 10, `only ${ids.length} calls were produced`);
    const first = lines(await Deno.readTextFile(input)).slice(0, ids.length).map(idOf).sort();
    deepEqual(ids, first);
  });

  for (const { title, program, handled } of running) {
    await test.step(`${title}: each call is handled once`, async () => {
      let found: string[] = [];
      const hasAll = async () => {
        found = (await handled(program)).sort();
        return new Set(found).size >= ids.length;
      };
      await whenTrue(hasAll, {
        withinMs: PATIENCE_MS,
        failure: () => `only ${new Set(found).size} of ${ids.length} were handled\n${program.stderr}`,
      });
      program.kill("SIGINT");
      const { code, stderr } = await program.ended();
      equal(code, 0, stderr);
      deepEqual(found, ids);
    });
  }
});
