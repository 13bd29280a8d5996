/** What values of options and arguments may be: a few words, files, or what the settings, the broker and checkpoints have. */
import type { Command } from "commander";
import { CLIENT_PROPERTY_REFERENCE } from "../../../config/properties/reference.ts";
import { REFERENCE } from "../../../config/reference/reference.ts";
import { SECTIONS } from "../../../config/sections.ts";
import type { Kind } from "../../../config/values/values.ts";
import type { Broker } from "../../../broker/broker.ts";
import { connect, type Context, createCheckedContext } from "../../context.ts";
import { settingOfOption } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { DOCUMENTS } from "../documents.ts";
import { pathOf } from "../program_help.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Place } from "./walk.ts";

/** A word that may come next. */
export interface Candidate {
  readonly word: string;
  readonly means?: string;
}

/** What a shell is told: words, or to complete the names of files. */
export interface Answer {
  readonly kind: "words" | "files" | "directories";
  readonly candidates: readonly Candidate[];
}

/** Nobody waits longer for a list of topics. */
const BROKER_MS_MAX = 2_000;

/** A place where a value stands. */
type ValuePlace = Extract<Place, { kind: "value" }>;
type ArgumentPlace = Extract<Place, { kind: "argument" }>;

/** What finds the values of something. */
type Source = (command: Command, io: Io) => Answer | Promise<Answer>;

const FILES: Source = () => ({ kind: "files", candidates: [] });
const DIRECTORIES: Source = () => ({ kind: "directories", candidates: [] });
const NOTHING: Source = () => words([]);

/** Options whose values are not those of a setting with a few of them. */
const OF_OPTIONS: Readonly<Record<string, Source>> = {
  "--topic": topics,
  "--group": groups,
  "--property": () => words(propertyNames()),
  "--config": FILES,
  "--data-dir": DIRECTORIES,
  "--checkpoint": DIRECTORIES,
  "--input": FILES,
  "--output": FILES,
  "--dead-letter-file": FILES,
  "--value-schema": FILES,
  "--key-schema": FILES,
  "--progress": FILES,
  "--output-mode": () => words(["append", "update", "complete"]),
};

/** Arguments by their names; some commands have others under the same name. */
const OF_ARGUMENTS: Readonly<Record<string, Source>> = {
  query: queries,
  topic: topics,
  topics,
  group: groups,
  directory: DIRECTORIES,
  files: FILES,
  shell: () => words(Object.keys(SCRIPTS)),
  name: topics,
  "topic create name": NOTHING,
};

/** The values of an option. */
export async function valueCandidates({ option, command }: ValuePlace, io: Io): Promise<Answer> {
  const own = OF_OPTIONS[option.long ?? ""];
  if (own !== undefined) return await own(command, io);
  const [section, key] = settingOfOption(option)?.split(".") ?? [];
  const kinds: Readonly<Record<string, Readonly<Record<string, Kind<unknown>>>>> = SECTIONS;
  return words(kinds[section ?? ""]?.[key ?? ""]?.choices ?? []);
}

/** The values of an argument, without those that are there already. */
export async function argumentCandidates(
  { command, argument, before }: ArgumentPlace,
  io: Io,
): Promise<Answer> {
  const path = pathOf(command).join(" ");
  if (path === "help") return words(helpNames(command.parent!, before));
  const { kind, candidates } = await sourceOf(path, argument.name())(command, io);
  return { kind, candidates: candidates.filter(({ word }) => !before.includes(word)) };
}

function sourceOf(path: string, argument: string): Source {
  return OF_ARGUMENTS[`${path} ${argument}`] ?? OF_ARGUMENTS[argument] ?? NOTHING;
}

function words(names: readonly string[]): Answer {
  return { kind: "words", candidates: names.map((word) => ({ word })) };
}

/** What `-X` sets. */
function propertyNames(): string[] {
  const keys = Object.entries(REFERENCE).flatMap(([section, entries]) =>
    Object.keys(entries).map((key) => `${section}.${key}`)
  );
  return [...keys, ...Object.keys(CLIENT_PROPERTY_REFERENCE)].map((name) => `${name}=`);
}

/** The commands below those that are named, and the documents. */
function helpNames(program: Command, before: readonly string[]): string[] {
  const at = before.reduce<Command | undefined>(
    (command, name) => command?.commands.find((one) => one.name() === name),
    program,
  );
  const below = at?.createHelp().visibleCommands(at).map((command) => command.name()) ?? [];
  return before.length === 0 ? [...below, ...Object.keys(DOCUMENTS)] : below;
}

async function queries(command: Command, io: Io): Promise<Answer> {
  const { settings } = await createCheckedContext(command, io);
  return {
    kind: "words",
    candidates: Object.entries(settings.queries).map(([word, { sql }]) => ({
      word,
      ...sql === undefined ? {} : { means: sql.replaceAll(/\s+/g, " ") },
    })),
  };
}

function topics(command: Command, io: Io): Promise<Answer> {
  return fromBroker(command, io, (broker) => broker.listTopics());
}

function groups(command: Command, io: Io): Promise<Answer> {
  return fromBroker(
    command,
    io,
    async (broker) => (await (await broker.admin()).groups()).map(({ group }) => group),
  );
}

/** Asks the broker that the settings name, if there is one. */
async function fromBroker(
  command: Command,
  io: Io,
  ask: (broker: Broker) => Promise<readonly string[]>,
): Promise<Answer> {
  const context = await createCheckedContext(command, io);
  if (!await hasBroker(context)) return words([]);
  const listed = (async () => {
    const broker = await connect(context);
    try {
      return await ask(broker);
    } finally {
      await broker.close();
    }
  })();
  const late = io.host.sleep(BROKER_MS_MAX).then((): readonly string[] => []);
  return words(await Promise.race([listed, late]));
}

/** Whether there is one to ask: to look for topics must not create an embedded broker. */
async function hasBroker({ address }: Context): Promise<boolean> {
  return address.kind === "kafka" || await Deno.stat(address.path).then(() => true, () => false);
}
