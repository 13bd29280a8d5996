import { deepEqual, ok } from "assert";
import { dirname, join, relative } from "node:path";
import {
  circles,
  codeOf,
  fileGraph,
  groupGraph,
  imports,
  LEVELS,
  LIB,
  roomOf,
  sources,
} from "./lib_imports.ts";

/** What only one room may import, because it is the border to it. */
const OWNED: Readonly<Record<string, string>> = {
  "kafkajs": "broker",
  "node:sqlite": "base broker checkpoint",
  "commander": "cli",
  "string-width": "cli",
  "logtape": "base",
  "js-ini": "config",
  "hono": "ui",
  "prom-client": "ui",
  "@opentelemetry/api": "monitoring",
  "node-forge": "broker",
  "properties-file/parser": "config",
  "node:http": "ui",
  "node:worker_threads": "analyze",
  "@bufbuild/protobuf": "records spark",
  "@connectrpc/connect": "spark",
  "@connectrpc/connect-node": "spark",
  "@uwdata/flechette": "spark",
};

/** The rooms that read settings: what others know of them stands in the plan, or is an argument. */
const SETTINGS_READERS = ["config", "plan", "cli"];

/** What all may import of `config/`: the types of values, and how a setting was given, for messages about topics. */
const OF_CONFIG = /^config\/(values\/|new_topics\.ts$)/;

/** How many files and folders a folder may have. */
const ROOM_SIZE_MAX = 12;

/** `lib/` and all folders below it. */
function folders(): readonly string[] {
  const below = (folder: string): readonly string[] =>
    [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory)
      .map(({ name }) => join(folder, name)).flatMap((child) => [child, ...below(child)]);
  return [LIB, ...below(LIB)];
}

function levelOf(room: string): number {
  const level = LEVELS.findIndex((rooms) => rooms.includes(room));
  ok(level >= 0, `lib/${room} is not in the table of levels`);
  return level;
}

Deno.test("Imports go downward only", () => {
  const wrong: string[] = [];
  for (const { file, specifier } of imports()) {
    const target = join(dirname(file), specifier);
    // The program's version stands in deno.json alone.
    if (!specifier.startsWith(".") || target === "../deno.json") continue;
    ok(!target.startsWith(".."), `${file} imports ${specifier}, which is outside of lib`);
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from === to || levelOf(to) < levelOf(from)) continue;
    wrong.push(`${file} → ${target}`);
  }
  deepEqual(wrong, []);
});

Deno.test("zod is imported by its parts: its object of all of them has texts in fifty languages", () => {
  const whole = [...sources()].filter((path) => /\bimport (?:type )?\{[^}]*\} from "zod"/.test(codeOf(path)));
  deepEqual(whole.map((path) => relative(LIB, path)), []);
});

Deno.test("No imports form a circle between files", () => {
  deepEqual(circles(fileGraph()), []);
});

Deno.test("No imports form a circle between folders side by side", () => {
  const files = fileGraph();
  const wrong = folders().flatMap((parent) =>
    circles(groupGraph(files, (file) => {
      const [child, ...rest] = relative(parent, join(LIB, file)).split("/");
      return child === ".." || rest.length === 0 ? undefined : join(relative(LIB, parent), child!);
    }))
  );
  deepEqual(wrong, []);
});

Deno.test("A folder has at most a dozen entries", () => {
  // The folders of lib itself are in the table of levels.
  const rooms = folders().filter((folder) => folder !== LIB);
  const sizes = rooms.map((folder) => ({ folder, size: [...Deno.readDirSync(folder)].length }));
  deepEqual(sizes.filter(({ size }) => size > ROOM_SIZE_MAX), []);
  ok(sizes.length >= LEVELS.length);
});

Deno.test("Settings are read by the plan and the command line only", () => {
  const wrong: string[] = [];
  for (const [file, targets] of fileGraph()) {
    if (SETTINGS_READERS.includes(roomOf(file))) continue;
    for (const target of targets) {
      if (roomOf(target) === "config" && !OF_CONFIG.test(target)) wrong.push(`${file} → ${target}`);
    }
  }
  deepEqual(wrong, []);
});

Deno.test("A library at the border is imported by its own rooms only", () => {
  const wrong: string[] = [];
  for (const { file, specifier } of imports()) {
    const owned = Object.keys(OWNED).find((name) => specifier === name || specifier.startsWith(`${name}/`));
    if (owned !== undefined && !OWNED[owned]!.split(" ").includes(roomOf(file))) {
      wrong.push(`${file} → ${specifier}`);
    }
  }
  deepEqual(wrong, []);
});

Deno.test("The internal modules of kafkajs are imported by one file", () => {
  const importing = [...imports()].filter(({ specifier }) => specifier.startsWith("kafkajs/"));
  deepEqual([...new Set(importing.map(({ file }) => file))], ["broker/kafka/kafkajs/modules.ts"]);
});

Deno.test("The engine in lib/stream knows no process, no clock and no randomness", () => {
  const wrong: string[] = [];
  for (const path of sources(join(LIB, "stream"))) {
    for (
      const [word] of codeOf(path).matchAll(
        /\bDeno\.|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetTimeout\b|\bprocess\./g,
      )
    ) {
      wrong.push(`${relative(LIB, path)}: ${word}`);
    }
  }
  deepEqual(wrong, []);
});
