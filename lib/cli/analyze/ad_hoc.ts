/**
 * `analyze --sql`: a statement of the command line, over the streams of the settings, and over topics, whose columns are
 * taken from their last records.
 */
import type { Command } from "commander";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text/utf8_text.ts";
import type { FlagValue } from "../../config/gather.ts";
import type { Settings } from "../../config/settings.ts";
import { oneOf } from "../../config/values/values.ts";
import { registryOf } from "../../plan/schemas/registry_settings.ts";
import { parseQuery, requireKnownRelations } from "../../sql/analyze.ts";
import { namedRelations } from "../../sql/syntax/relation_names.ts";
import { KAFKA_TIME } from "../admin/topic/schema_text.ts";
import { type CheckedContext, connect, createCheckedContext } from "../context.ts";
import { readFlag } from "../flags.ts";
import type { Io } from "../io.ts";
import { topicStream, withKafkaTime } from "./topic_stream.ts";

/** What the command line has of it. */
export interface AdHocFlags {
  /** The statement, `@FILE`, or `-` for stdin. */
  readonly sql: string;
  readonly outputMode?: string;
}

/** A statement, and what errors call the place where it stands. */
interface Statement {
  readonly sql: string;
  readonly place: string;
}

/** The settings with the statement as their query, and with the topics that it reads. @throws {SfcrimeError} */
export async function adHocContext(command: Command, io: Io, flags: AdHocFlags): Promise<CheckedContext> {
  const context = await createCheckedContext(command, io);
  if (context.error !== undefined) throw context.error;
  const { settings } = context;
  const outputMode = readFlag("--output-mode", flags.outputMode, oneOf("append", "update", "complete"));
  const { sql, place } = await statementOf(flags.sql, io);
  const statement = { name: "sql", sql, place };
  parseQuery(statement);
  const query: FlagValue[] = [
    { setting: `query.${"sql"}.sql`, flag: place, value: sql },
    ...outputMode === undefined
      ? []
      : [{ setting: `query.${"sql"}.output_mode`, flag: "--output-mode", value: outputMode }],
    ...settings.provenance.get("analyze.trigger")?.origin === "default"
      ? [{ setting: "analyze.trigger", flag: "--sql", value: "available-now" }]
      : [],
  ];
  const { declared, perhapsTopics } = declaredNames(settings);
  const unknown = [...namedRelations(sql)].filter((name) => !isAmong(declared, name));
  const needsTime = hasKafkaTime(settings);
  const check = (topics: readonly string[]) =>
    requireKnownRelations(statement, [...declared, ...perhapsTopics, ...topics]);
  const { streams, divided } = unknown.length === 0
    ? { streams: [], divided: [] }
    : await streamsOf(unknown, { context, needsTime, check });
  const whole = await createCheckedContext(command, io, [...query, ...streams]);
  if (divided.length === 0) return whole;
  const timed = await withKafkaTime(whole.settings, divided, io.host);
  return await createCheckedContext(command, io, [...query, ...streams, ...timed]);
}

/** @throws {SfcrimeError} FILE_MISSING, or CONFIG if it is no text. */
async function statementOf(given: string, io: Io): Promise<Statement> {
  const decoded = (bytes: Uint8Array, place: string) => ({
    sql: decodeText(bytes, { code: "CONFIG", place: (line) => `${place}:${line}` }),
    place,
  });
  if (given === "-") return decoded(await new Response(io.stdin()).bytes(), "stdin");
  if (!given.startsWith("@")) return { sql: given, place: "--sql" };
  const path = given.slice(1);
  try {
    return decoded(await Deno.readFile(path), path);
  } catch (cause) {
    if (cause instanceof SfcrimeError) throw cause;
    throw new SfcrimeError("FILE_MISSING", `--sql: cannot read ${path}: ${messageOf(cause)}.`, { cause });
  }
}

/** The names of streams and tables. */
interface DeclaredNames {
  readonly declared: readonly string[];
  /** Streams that only flags declare, and that are topics if there are such: flags may say how those are read. */
  readonly perhapsTopics: readonly string[];
}

function declaredNames({ streams, tables, provenance }: Settings): DeclaredNames {
  const names = Object.keys(streams);
  const isOfFlags = (name: string) =>
    [...provenance].filter(([key]) => key.slice(0, key.lastIndexOf(".")) === `stream.${name}`)
      .every(([, { origin, place }]) => origin === "flag" || place === "default");
  const namesTopics = (name: string) =>
    streams[name]!.topic !== undefined || streams[name]!.topic_pattern !== undefined;
  const perhaps = names.filter((name) => isOfFlags(name) && !namesTopics(name));
  return {
    declared: [...names.filter((name) => !perhaps.includes(name)), ...Object.keys(tables)],
    perhapsTopics: perhaps.filter((name) => streams[name]!.columns !== undefined),
  };
}

function isAmong(names: readonly string[], name: string): boolean {
  return names.some((known) => known.toLowerCase() === name.toLowerCase());
}

/** Whether the event time has the name of Kafka's. */
function hasKafkaTime({ analyze: { watermark } }: Settings): boolean {
  return watermark !== "none" && watermark.column.toLowerCase() === KAFKA_TIME;
}

/** The topics among the names, as streams; the others may be queries of WITH. @throws {SfcrimeError} SQL */
async function streamsOf(
  names: readonly string[],
  { context, needsTime, check }: {
    readonly context: CheckedContext;
    readonly needsTime: boolean;
    /** Refuses a name that is none of the topics either. */
    readonly check: (topics: readonly string[]) => void;
  },
): Promise<{ readonly streams: FlagValue[]; readonly divided: string[] }> {
  const broker = await connect(context);
  try {
    const topics = await broker.listTopics();
    check(topics);
    const registry = registryOf(context.settings, context.io.host);
    const [streams, divided]: [FlagValue[], string[]] = [[], []];
    for (const topic of names.filter((name) => topics.includes(name))) {
      const stream = await topicStream(topic, { context, broker, registry, needsTime });
      streams.push(...stream.settings);
      if (needsTime && stream.hasSchema) divided.push(topic);
    }
    return { streams, divided };
  } finally {
    await broker.close();
  }
}
