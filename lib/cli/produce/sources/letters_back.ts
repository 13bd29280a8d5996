/** `produce --from-dead-letters`: where the letters are, where they belong, and which of them are meant. */
import { join } from "node:path";
import { SfcrimeError } from "../../../base/errors.ts";
import type { Broker } from "../../../broker/broker.ts";
import type { Settings } from "../../../config/settings.ts";
import { LettersTracker } from "../../../produce/broken/letters_tracker.ts";
import type { InputSource } from "../../../produce/input/input_source.ts";
import { openInput } from "../../../produce/input/open_input.ts";
import { TopicInput } from "../../../produce/input/topic_input.ts";
import { inputRecords } from "../../../produce/notes/input_records.ts";
import type { RecordNotes } from "../../../produce/notes/record_notes.ts";
import type { RunTracker } from "../../../produce/resume/record_gate.ts";
import { PartSample } from "../../../records/inference/part_sample.ts";
import type { GoodItem } from "../../../records/splitting/input_item.ts";
import type { Context } from "../../context.ts";
import type { RecordOptions } from "../record_options.ts";

/** What begins a source that is a topic. */
const TOPIC_PREFIX = "kafka:";

/** Letters whose values are looked at, to know the fields that a condition may name. */
const SAMPLED_LETTERS = 1_000;
/** How many topics a message lists. */
const TOPICS_NAMED_MAX = 10;

/** What the command line says of letters. */
export interface LettersFlags {
  readonly broker: Broker;
  readonly source: string;
  readonly where: string | undefined;
  readonly records: RecordOptions;
}

/** Letters that are ready to be sent. */
export interface OpenedLetters {
  readonly input: InputSource;
  readonly records: RecordOptions;
  /** With the topic that the letters belong to. */
  readonly settings: Settings;
  readonly tracker: RunTracker;
}

/** @throws {SfcrimeError} USAGE for flags that letters have no use for. */
export function requireLettersOnly(
  { producer }: Settings,
  { loop, follow }: { readonly loop: boolean; readonly follow: boolean },
): void {
  const obstacle = loop
    ? "--loop"
    : follow
    ? "--follow"
    : producer.sort_by !== undefined
    ? "--sort-by"
    : producer.speedup !== undefined
    ? "--speedup"
    : producer.transactional || producer.transactional_id !== undefined
    ? "transactions"
    : producer.acks !== "all"
    ? `--acks ${producer.acks}`
    : undefined;
  if (obstacle === undefined) return;
  throw new SfcrimeError("USAGE", `--from-dead-letters and ${obstacle} are mutually exclusive.`, {
    hint: "Each letter is sent once, in the order in which they were written, and confirmed.",
  });
}

/** @throws {SfcrimeError} USAGE, SQL, FILE_MISSING, TOPIC_MISSING, INPUT */
export async function openLetters(context: Context, flags: LettersFlags): Promise<OpenedLetters> {
  const { settings, dataDir, io } = context;
  const { broker, source, where, records: given } = flags;
  const isTopic = source.startsWith(TOPIC_PREFIX);
  const input = isTopic
    ? await TopicInput.open(broker, source.slice(TOPIC_PREFIX.length))
    : await openInput(source, { stdin: io.stdin });
  if (!input.repeatable) {
    throw new SfcrimeError("USAGE", `${input.name} can be read only once, and dead letters are read twice.`, {
      hint: "Save them to a file first.",
    });
  }
  const keepsTime = isTopic && settings.provenance.get("producer.timestamp")?.origin !== "flag";
  const records: RecordOptions = {
    ...given,
    reading: { ...given.reading, isOfLetters: true },
    timestamp: keepsTime ? "event" : given.timestamp,
  };
  const isTold = isTopicTold(settings);
  const survey = isTold && where === undefined ? NOTHING_SEEN : await surveyOf(input, records);
  const topic = isTold ? settings.kafka.topic : destinationOf(settings, survey, input.name);
  const selects = where === undefined
    ? undefined
    : (await import("./letters_where.ts")).lettersWhere(where, { context, topic, sample: survey.sample });
  return {
    input,
    records,
    settings: { ...settings, kafka: { ...settings.kafka, topic } },
    tracker: new LettersTracker({ directory: join(dataDir, "runs"), selects }),
  };
}

/** What the letters are like. */
interface Survey {
  /** The topics that they say they belong to. */
  readonly topics: ReadonlySet<string>;
  readonly sample: PartSample;
}

const NOTHING_SEEN: Survey = { topics: new Set(), sample: new PartSample() };

async function surveyOf(input: InputSource, { reading, record }: RecordOptions): Promise<Survey> {
  const topics = new Set<string>();
  const sample = new PartSample();
  const { splitterOf } = inputRecords({ ...reading, name: input.name }, { ...record, withEventTime: false });
  const look = ({ notes: { letter, own } }: GoodItem<RecordNotes>) => {
    if (letter?.topic !== undefined) topics.add(letter.topic);
    if (own !== undefined && sample.records < SAMPLED_LETTERS) sample.add(own.value);
  };
  for await (const items of input.items(splitterOf, { signal: new AbortController().signal })) {
    for (const item of items) if (item.kind === "record") look(item);
  }
  return { topics, sample };
}

/** Whether the topic is named for this run, and not just by the file of all commands. */
function isTopicTold({ provenance }: Settings): boolean {
  const { origin = "default" } = provenance.get("kafka.topic") ?? {};
  return origin === "flag" || origin === "environment";
}

/** The topic that all letters belong to, where they say so. @throws {SfcrimeError} USAGE */
function destinationOf({ kafka }: Settings, { topics }: Survey, name: string): string {
  if (topics.size === 0) return kafka.topic;
  const [topic] = topics;
  if (topics.size === 1) return topic!;
  const named = [...topics].slice(0, TOPICS_NAMED_MAX).join(", ");
  throw new SfcrimeError("USAGE", `The dead letters of ${name} belong to several topics.`, {
    hint: `Name one of them after produce: ${named}${topics.size > TOPICS_NAMED_MAX ? ", …" : ""}.`,
  });
}
