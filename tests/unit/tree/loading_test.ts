/** What is loaded before it is needed costs time at each start, and in each thread. Deno says what it loads. */
import { deepEqual, ok } from "assert";
import { relative } from "node:path";
import { loadingFlags, ROOT } from "../../support/task.ts";

interface ModuleGraph {
  readonly redirects: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      /** Absent where only types are imported. */
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** Everything that Deno loads together with a file, as paths from the root or names of packages. */
async function loadedWith(file: string): Promise<ReadonlySet<string>> {
  const [config, path, lock, lockPath] = loadingFlags();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", config!, path!, lock!, lockPath!, `${ROOT}${file}`],
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  const { modules, redirects } = JSON.parse(new TextDecoder().decode(stdout)) as ModuleGraph;
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const waiting = [new URL(file, `file://${ROOT}`).href];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const specifier = redirects[next] ?? next;
    if (found.has(specifier)) continue;
    found.add(specifier);
    for (const { isDynamic, code } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (isDynamic !== true && code?.specifier !== undefined) waiting.push(code.specifier);
    }
  }
  return new Set([...found].map(nameOf));
}

function nameOf(specifier: string): string {
  if (specifier.startsWith("file:")) return relative(ROOT, new URL(specifier).pathname);
  return specifier.replace(/^npm:\/?(@?[^@]+)@[^/]+/, "$1");
}

function among(loaded: ReadonlySet<string>, unwanted: RegExp): string[] {
  return [...loaded].filter((name) => unwanted.test(name));
}

Deno.test("Opening Kafka to read loads no client of kafkajs, and nothing that writes or joins groups", async () => {
  const loaded = await loadedWith("lib/broker/kafka/kafka_broker.ts");
  ok(loaded.has("kafkajs/src/cluster/index.js") && loaded.has("lib/broker/kafka/reader.ts"));
  deepEqual(
    among(loaded, /^kafkajs$|^lib\/broker\/kafka\/(group|writing|topics)\/|^lib\/broker\/writing\//),
    [],
  );
});

Deno.test("The command analyze loads no planner and no engine before its first thread starts", async () => {
  const loaded = await loadedWith("lib/cli/analyze/analyze.ts");
  ok(loaded.has("lib/cli/context.ts") && loaded.has("lib/analyze/workers/worker_thread.ts"));
  deepEqual(among(loaded, /^lib\/(sql|stream|broker\/kafka|checkpoint|sinks|plan|monitoring)\//), []);
});

Deno.test("The command consume loads no planner, no engine and no format with columns before a flag asks for one", async () => {
  const loaded = await loadedWith("lib/cli/consume/consume.ts");
  ok(loaded.has("lib/consume/printer.ts") && loaded.has("lib/consume/formats/printers.ts"));
  deepEqual(
    among(loaded, /^lib\/(sql|stream|sinks|plan|registry)\/|^lib\/consume\/stages\/(?!record_stage)/),
    [],
  );
});

Deno.test("An analysis loads the sinks, the tables and the checkpoint that it uses, and no others", async () => {
  const loaded = await loadedWith("lib/cli/analyze/run_analysis.ts");
  ok(loaded.has("lib/analyze/coordinator.ts") && loaded.has("lib/sinks/make_sink.ts"));
  const some = [
    /^lib\/sinks\/(console|ndjson|kafka|sqlite)_sink\.ts$|^lib\/sinks\/files\/file_sink\.ts$/,
    /^lib\/plan\/tables\/(csv|json)_table\.ts$|^lib\/records\/splitting\/|^csv-parse/,
    /^lib\/checkpoint\/checkpoint\.ts$|^node:sqlite$/,
    /^lib\/broker\/writing\/|^node:zlib$/,
    /^lib\/ui\/|^lib\/monitoring\/view\/|^hono$|^prom-client$|^node:http$|^@opentelemetry\/|^lib\/monitoring\/telemetry\.ts$/,
  ];
  for (const unwanted of some) deepEqual(among(loaded, unwanted), []);
});
