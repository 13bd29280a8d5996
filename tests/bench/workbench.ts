/** What all measurements share: a Kafka, a directory, the programs, and topics that are filled when first asked for. */
import { join } from "node:path";
import { startKafka, type TestKafka } from "../support/kafka.ts";
import { type TempDir, tempDir } from "../support/temp_dir.ts";
import type { Answers } from "./calls/answers.ts";
import { type CallsOptions, makeCalls } from "./calls/calls.ts";
import { measure } from "./measure.ts";
import { readThroughTopic } from "./page_cache.ts";
import { SparkServers } from "./spark_servers.ts";
import { compiled, fromSource, QUERIES, type Start } from "./programs.ts";

/** Of a topic, unless said otherwise. */
export const PARTITIONS = 4;

/** A topic's content. */
export interface TopicOptions extends CallsOptions {
  readonly partitions?: number;
  /** How batches are compressed. */
  readonly codec?: Codec;
}

/** Calls that are stored somewhere. */
export interface StoredCalls {
  /** The name of the topic, or the path of the file. */
  readonly place: string;
  readonly answers: Answers;
}

/** As kcat names them. */
export type Codec = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** See the module's description. */
export class Workbench implements AsyncDisposable {
  /** Spark as a service. */
  readonly spark = new SparkServers();
  readonly #kafka: TestKafka;
  readonly #directory: TempDir;
  readonly #topics = new Map<string, Promise<StoredCalls>>();
  readonly #files = new Map<number, Promise<StoredCalls>>();
  #compiled: Promise<Start | undefined> | undefined;
  #names = 0;

  private constructor(kafka: TestKafka, directory: TempDir) {
    this.#kafka = kafka;
    this.#directory = directory;
  }

  /** Starts a Kafka of its own. */
  static async open(): Promise<Workbench> {
    const directory = await tempDir();
    await directory.write("app.cfg", QUERIES);
    return new Workbench(await startKafka({ runsLong: true }), directory);
  }

  get servers(): string {
    return this.#kafka.servers.join(",");
  }

  /** The directory that programs run in; its `app.cfg` has the queries. */
  get path(): string {
    return this.#directory.path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The path of a file that is not there yet. */
  newFile(): string {
    return this.file(`file-${++this.#names}`);
  }

  /** Our program, compiled; undefined without a runtime to put into it. */
  compiled(): Promise<Start | undefined> {
    return this.#compiled ??= compiled(this.path);
  }

  /** An empty topic. */
  async newTopic({ partitions = PARTITIONS } = {}): Promise<string> {
    const topic = `bench-${++this.#names}`;
    const create = ["-b", this.servers, "topic", "create", topic, "--partitions", String(partitions)];
    await measure(fromSource(...create), { cwd: this.path });
    return topic;
  }

  async deleteTopic(topic: string): Promise<void> {
    await measure(fromSource("-b", this.servers, "topic", "delete", topic, "--yes"), { cwd: this.path });
  }

  /** A topic of so many calls. */
  topic(options: TopicOptions): Promise<StoredCalls> {
    return this.#topics.getOrInsertComputed(JSON.stringify(options), () => this.#fill(options));
  }

  /** Has the kernel hold a topic's records in memory, so that no run waits for the disk. */
  warm(topic: string): void {
    for (const directory of this.#kafka.logDirs) readThroughTopic(directory, topic);
  }

  /** A file of so many calls, one a line: the same calls as in a topic of as many. */
  callsFile(count: number): Promise<StoredCalls> {
    return this.#files.getOrInsertComputed(count, () => this.#write(count));
  }

  async #write(count: number): Promise<StoredCalls> {
    const place = this.file(`calls-${count}.ndjson`);
    const { lines, answers } = makeCalls({ count });
    await Deno.writeFile(place, ReadableStream.from(lines));
    return { place, answers };
  }

  async #fill({ partitions = PARTITIONS, codec = "none", ...calls }: TopicOptions): Promise<StoredCalls> {
    const place = await this.newTopic({ partitions });
    const { lines, answers } = makeCalls(calls);
    const child = new Deno.Command("kcat", {
      args: ["-b", this.servers, "-P", "-z", codec, "-t", place],
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    // If kcat ends early, it says why.
    const [printed] = await Promise.all([
      new Response(child.stderr).text(),
      ReadableStream.from(lines).pipeTo(child.stdin).catch(() => {}),
    ]);
    const { success } = await child.status;
    if (!success) throw new Error(`kcat failed: ${printed}`);
    const filled = await this.size(place);
    if (filled !== calls.count) throw new Error(`${place} has ${filled} calls instead of ${calls.count}`);
    return { place, answers };
  }

  /** How many records are in a topic, by kcat. */
  async size(topic: string): Promise<number> {
    const partitions = Array.from({ length: await this.#partitions(topic) }, (_, index) => index);
    const args = partitions.flatMap((partition) => ["-t", `${topic}:${partition}:-1`]);
    const { stdout } = await measure(["kcat", "-b", this.servers, "-Q", ...args]);
    return [...stdout.matchAll(/offset (\d+)/g)].reduce((sum, [, offset]) => sum + Number(offset), 0);
  }

  async #partitions(topic: string): Promise<number> {
    const { stdout } = await measure(["kcat", "-b", this.servers, "-L", "-J", "-t", topic]);
    const { topics } = JSON.parse(stdout) as { topics: { partitions: unknown[] }[] };
    return topics[0]!.partitions.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spark[Symbol.asyncDispose]();
    await this.#kafka.stop();
    await this.#directory[Symbol.asyncDispose]();
  }
}
