/**
 * Makes `batches.json`: record batches as a real Kafka keeps them in its log, written by Java's producer and by
 * kcat (librdkafka) with each codec, and some of transactions, with what kcat then reads of them.
 *
 *     deno run --allow-all tests/golden/record_batches/make.ts      needs Java 17 (the JDK), Maven and kcat
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { concat } from "../../../lib/base/text/bytes.ts";
import { CODECS } from "../../../lib/broker/record_batch/codecs.ts";
import { createTopic, kafkaJars, startKafka } from "../../support/kafka.ts";
import { adminOf } from "../../support/kafka_admin.ts";
import { type GoldenRecord, JAVA_RECORDS, KCAT_RECORDS, recordsFor, TRANSACTION_STEPS } from "./records.ts";

const HERE = import.meta.dirname!;
const KCAT_SEPARATOR = "=>";
const APPEND_TIME_TOPIC = "java-log-append-time";
const TRANSACTIONS_TOPIC = "java-transactions";

const logs = await Deno.makeTempDir({ prefix: "sfcrime-golden-" });
const kafka = await startKafka({ properties: { "log.dirs": logs, "log.retention.ms": "-1" } });
const servers = kafka.servers.join(",");
try {
  await createAppendTimeTopic();
  await pipe("java", ["-cp", `${await kafkaJars()}/*`, join(HERE, "Produce.java"), servers], javaCommands());
  for (const codec of CODECS) await writeWithKcat(codec);
  const cases = [];
  for (const codec of CODECS) cases.push(await caseOf(`java-${codec}`), await caseOf(`kcat-${codec}`));
  cases.push(await caseOf(APPEND_TIME_TOPIC), await caseOf(TRANSACTIONS_TOPIC));
  await Deno.writeTextFile(join(HERE, "batches.json"), JSON.stringify(cases, null, 2) + "\n");
} finally {
  await kafka.stop();
  await Deno.remove(logs, { recursive: true });
}

function createAppendTimeTopic(): Promise<void> {
  const configEntries = [{ name: "message.timestamp.type", value: "LogAppendTime" }];
  return adminOf(kafka.servers)((admin) => createTopic(admin, { topic: APPEND_TIME_TOPIC, configEntries }));
}

function javaCommands(): string {
  const lines: string[] = [];
  for (const codec of CODECS) {
    for (const record of recordsFor(codec, JAVA_RECORDS)) {
      lines.push(writeCommand(`plain-${codec}`, codec, `java-${codec}`, record));
    }
  }
  for (const record of JAVA_RECORDS) {
    lines.push(writeCommand("plain-append-time", "gzip", APPEND_TIME_TOPIC, record));
  }
  for (const [step, [verb, producer]] of TRANSACTION_STEPS.entries()) {
    const record = { timestampMs: 1_000 + step, key: producer, value: String(step), headers: [] };
    if (verb !== "write") lines.push(`${verb}\t${producer}`);
    else lines.push(writeCommand(producer, "none", TRANSACTIONS_TOPIC, record), `flush\t${producer}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function writeCommand(producer: string, codec: string, topic: string, record: GoldenRecord): string {
  const hex = (text: string | null) => text === null ? "-" : `x${Buffer.from(text).toString("hex")}`;
  const headers = record.headers.flatMap(([name, value]) => [hex(name), hex(value)]);
  const content = [hex(record.key), hex(record.value), ...headers];
  return ["write", producer, codec, topic, String(record.timestampMs), ...content].join("\t");
}

async function writeWithKcat(codec: string): Promise<void> {
  const lines = recordsFor(codec, KCAT_RECORDS).map(({ key, value }) =>
    `${key}${KCAT_SEPARATOR}${value ?? ""}\n`
  ).join("");
  const headers = KCAT_RECORDS[0]!.headers.flatMap(([name, value]) => ["-H", `${name}=${value}`]);
  const args = ["-P", "-b", servers, "-t", `kcat-${codec}`, "-p", "0", "-z", codec, "-X", "linger.ms=1000"];
  await pipe("kcat", [...args, "-Z", "-K", KCAT_SEPARATOR, ...headers], lines);
}

/** A topic's log as it is on the disk, and the offsets and times that kcat reads of it. */
async function caseOf(topic: string): Promise<unknown> {
  const directory = join(logs, `${topic}-0`);
  const batches = concat(await filesIn(directory, ".log"));
  const args = ["-C", "-b", servers, "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%o %T\n"];
  const read = (await pipe("kcat", args, "")).trim().split("\n").map((line) => line.split(" ").map(Number));
  return {
    name: topic,
    batches: Buffer.from(batches).toString("base64"),
    aborted: await abortedIn(directory),
    offsets: read.map(([offset]) => offset),
    timestampsMs: read.map(([, timestampMs]) => timestampMs),
  };
}

/** The files of the log's segments, in order: a new one is begun where times are far apart. */
async function filesIn(directory: string, extension: string): Promise<Uint8Array[]> {
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name).filter((name) =>
    name.endsWith(extension)
  );
  return await Promise.all(names.sort().map((name) => Deno.readFile(join(directory, name))));
}

/** The index of aborted transactions: version (int16), producer id, first, last and stable offset (int64). */
async function abortedIn(directory: string): Promise<unknown[]> {
  const index = Buffer.from(concat(await filesIn(directory, ".txnindex")));
  return Array.from({ length: index.length / 34 }, (_, at) => ({
    producerId: String(index.readBigInt64BE(at * 34 + 2)),
    firstOffset: Number(index.readBigInt64BE(at * 34 + 10)),
    lastOffset: Number(index.readBigInt64BE(at * 34 + 18)),
  }));
}

async function pipe(program: string, args: readonly string[], input: string): Promise<string> {
  const child = new Deno.Command(program, { args: [...args], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error(`${program} ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}
