/**
 * `analyze --sql`: a statement of the command line, over the streams of the settings, and over topics, whose columns are
 * taken from their last records.
 */
import type { Command } from "commander";
import { SAMPLED_RECORDS } from "../../base/bounds.ts";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { FlagValue } from "../../config/gather.ts";
import type { Settings } from "../../config/settings.ts";
import { oneOf } from "../../config/values/values.ts";
import { requireFormat, sampleTopic } from "../../consume/topic_sample.ts";
import { registryOf } from "../../plan/schemas/registry_settings.ts";
import { columnsText } from "../topic/schema_text.ts";
import { parseQuery } from "../../sql/analyze.ts";
import { namedRelations } from "../../sql/syntax/relation_names.ts";
import { type CheckedContext, connect, createCheckedContext, interruptible } from "../context.ts";
import { readFlag } from "../flags.ts";
import type { Io } from "../io.ts";

/** What the command line has of it. */
export interface AdHocFlags {
  /** The statement, `@FILE`, or `-` for stdin. */
  readonly sql: string;
  readonly outputMode?: string;
}

/** The settings with the statement as their query, and with the topics that it reads. @throws {SfcrimeError} */
export async function adHocContext(command: Command, io: Io, flags: AdHocFlags): Promise<CheckedContext> {
  const context = await createCheckedContext(command, io);
  if (context.error !== undefined) throw context.error;
  const { settings } = context;
  const outputMode = readFlag("--output-mode", flags.outputMode, oneOf("append", "update", "complete"));
  const sql = await statementOf(flags.sql, io);
  parseQuery({ name: "sql", sql });
  const more: FlagValue[] = [
    { setting: `query.${"sql"}.sql`, flag: "--sql", value: sql },
    ...outputMode === undefined
      ? []
      : [{ setting: `query.${"sql"}.output_mode`, flag: "--output-mode", value: outputMode }],
    ...settings.provenance.get("analyze.trigger")?.origin === "default"
      ? [{ setting: "analyze.trigger", flag: "--sql", value: "available-now" }]
      : [],
  ];
  const unknown = [...namedRelations(sql)].filter((name) => !isDeclared(settings, name));
  if (unknown.length > 0) more.push(...await streamsOf(unknown, context));
  return await createCheckedContext(command, io, more);
}

async function statementOf(given: string, io: Io): Promise<string> {
  if (given === "-") return await new Response(io.stdin()).text();
  if (!given.startsWith("@")) return given;
  try {
    return await Deno.readTextFile(given.slice(1));
  } catch (cause) {
    throw new SfcrimeError("FILE_MISSING", `--sql: cannot read ${given.slice(1)}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

function isDeclared({ streams, tables }: Settings, name: string): boolean {
  return [...Object.keys(streams), ...Object.keys(tables)].some((known) =>
    known.toLowerCase() === name.toLowerCase()
  );
}

/** The topics among the names, as streams; whatever is no topic is left to the planner to refuse. */
async function streamsOf(names: readonly string[], context: CheckedContext): Promise<FlagValue[]> {
  const { settings, io } = context;
  const { watermark } = settings.analyze;
  const registry = registryOf(settings, io.host);
  const broker = await connect(context);
  try {
    const topics = await broker.listTopics();
    const streams: FlagValue[] = [];
    for (const topic of names.filter((name) => topics.includes(name))) {
      const sample = await interruptible(
        io,
        (signal) => sampleTopic(topic, { broker, count: SAMPLED_RECORDS, registry, signal }),
      );
      const format = requireFormat(topic, sample);
      streams.push({ setting: `stream.${topic}.topic`, flag: "--sql", value: topic });
      if (format !== "json") {
        streams.push({ setting: `stream.${topic}.format`, flag: "--sql", value: format });
        continue;
      }
      // The event time is what the records have as text.
      const columns = sample.values.schema.columns.map(({ name, type }) =>
        watermark !== "none" && name.toLowerCase() === watermark.column.toLowerCase() && type === "STRING"
          ? { name, type: "TIMESTAMP" as const }
          : { name, type }
      );
      streams.push({ setting: `stream.${topic}.columns`, flag: "--sql", value: columnsText(columns) });
    }
    return streams;
  } finally {
    await broker.close();
  }
}
