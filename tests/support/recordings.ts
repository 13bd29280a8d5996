/**
 * The recordings in `docs/recordings/`: the program on a terminal, with real calls on an embedded broker. `deno task
 * pictures` makes them anew; what they show differs from run to run in its figures only.
 */
import { runTool } from "./cache.ts";
import { type RunningProgram, start } from "./program.ts";
import { succeedInProcess } from "./program_in_process.ts";
import { tempDir } from "./temp_dir.ts";
import { startOnTerminal, type TerminalRun } from "./terminal.ts";
import { drawTerminal, type Frame, plainLine, type Screen } from "./terminal_picture.ts";

/** Where they are kept. */
export const RECORDINGS_DIR = new URL("../../docs/recordings/", import.meta.url);

/** A recording. */
export interface Recording {
  readonly file: string;
  /** What it shows. */
  readonly title: string;
  readonly description: string;
  readonly args: readonly string[];
  /** The height of the terminal. */
  readonly rows: number;
  /** How calls come in meanwhile, by one producer or more; absent if they do not. */
  readonly produce?: readonly (readonly string[])[];
  /** Whether a moment that is shown has come, by what has been printed. */
  readonly moments: readonly ((printed: string) => boolean)[];
  /** Whether the program ends by itself after these, which is shown, too. */
  readonly ends: boolean;
}

const COLUMNS = 96;

/** Calls that the topic has at first. */
const CALLS = 2_000;

/** The end of a view. */
const WRAP_ON = "\x1b[?7h";

const FRAME_SECONDS = 1.5;
const LAST_FRAME_SECONDS = 4;

/** Texts that are printed. */
const matching = (...patterns: readonly RegExp[]) =>
  patterns.map((pattern) => (printed: string) => pattern.test(printed));

/** The first tables of the console sink. */
const tables = (count: number) =>
  matching(
    ...Array.from({ length: count }, (_, batch) => new RegExp(`batch ${batch}, .* rows?[^]*?\\n\\s*\\n`)),
  );

/** Batches of the live view, or later ones, as it is not drawn for each. */
const batches = (...ids: readonly number[]) =>
  ids.map((id) => (printed: string) => Number(/.* batch (\d+) in/s.exec(printed)?.[1] ?? -1) >= id);

/** All of them. */
export const RECORDINGS: readonly Recording[] = [
  {
    file: "produce.svg",
    title: "A producer on a terminal",
    description:
      "Calls are sent to a topic at a rate; a bar shows the share that is sent, and the time that is left.",
    args: ["produce", "--rate", "400", "--limit", "2000"],
    rows: 6,
    moments: matching(/ [1-9]%/, / 2\d%/, / 5\d%/, / 8\d%/),
    ends: true,
  },
  {
    file: "consume.svg",
    title: "A consumer on a terminal",
    description: "The last three calls of a topic as JSON, and those that come in.",
    args: ["consume", "--from", "-3"],
    rows: 36,
    produce: [["--rate", "2"]],
    moments: matching(...[3, 4, 5, 6].map((count) => new RegExp(`(?:"crime_id"[^]*){${count}}`))),
    ends: false,
  },
  {
    file: "aggregation.svg",
    title: "Calls by type, one table per batch",
    description:
      "The query by_type counts the calls of each type. Each batch prints the most frequent types.",
    args: ["analyze", "by_type", "--trigger", "2s", "--no-live"],
    rows: 30,
    produce: [["--rate", "120"]],
    moments: tables(4),
    ends: false,
  },
  {
    file: "join.svg",
    title: "Calls with their disposition, one table per batch",
    description: "The query with_disposition joins each call with the description of its radio code.",
    args: ["analyze", "with_disposition", "--trigger", "2s", "--no-live"],
    rows: 30,
    produce: [["--rate", "120"]],
    moments: tables(4),
    ends: false,
  },
  {
    file: "live.svg",
    title: "The live view of two queries",
    description:
      "Both queries in place: their most frequent types and latest calls, rates, lag, watermark and state.",
    args: ["analyze", "--trigger", "1s"],
    rows: 30,
    // The rate falls when the second one has ended.
    produce: [["--rate", "80"], ["--rate", "120", "--limit", "600"]],
    moments: batches(0, 3, 6, 9, 12, 16),
    ends: false,
  },
];

/** Makes all recordings anew. */
export async function makeRecordings(): Promise<void> {
  await Deno.mkdir(RECORDINGS_DIR, { recursive: true });
  for (const recording of RECORDINGS) {
    const path = new URL(recording.file, RECORDINGS_DIR).pathname;
    await Deno.writeTextFile(path, drawTerminal(await framesOf(recording), recording));
    await runTool(Deno.execPath(), ["fmt", "-q", path]);
  }
}

async function framesOf(recording: Recording): Promise<Frame[]> {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  if (recording.produce !== undefined) await succeedInProcess(["produce", "--limit", String(CALLS)], options);
  const run = startOnTerminal(recording.args, { ...options, columns: COLUMNS, rows: recording.rows });
  let producers: RunningProgram[] | undefined;
  const screens: Screen[] = [];
  for (const moment of recording.moments) {
    await run.until(() => moment(run.raw));
    await drawn(run);
    producers ??= recording.produce?.map((flags) => start(["produce", ...flags], options));
    screens.push(run.styled());
  }
  if (!recording.ends) run.type("\x03");
  await run.ended();
  if (recording.ends) screens.push(run.styled());
  for (const producer of producers ?? []) await stopped(producer);
  const command = plainLine(`$ sfcrime ${recording.args.join(" ")}`);
  return [[], ...screens].map((screen, index) => ({
    screen: [command, ...screen],
    seconds: index === screens.length ? LAST_FRAME_SECONDS : FRAME_SECONDS,
  }));
}

/** Ends a producer, if it has not ended yet. */
async function stopped(producer: RunningProgram): Promise<void> {
  try {
    producer.kill("SIGINT");
  } catch {
    // It has ended by itself.
  }
  const { code, stderr } = await producer.ended();
  if (code !== 0) throw new Error(stderr);
}

/** Waits until all that belongs to a screen has been printed: a view is written as a whole, and so is a table. */
async function drawn(run: TerminalRun): Promise<void> {
  await run.until(() => run.raw.endsWith("\n") || run.raw.slice(-12).includes(WRAP_ON));
}
