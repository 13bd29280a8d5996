/**
 * A session of a Spark Connect server: what other clients of the server do not see, its views and settings among it.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { formatDuration } from "../../base/text/duration.ts";
import { readNamedText } from "../../base/files/read_named.ts";
import type { Host } from "../../base/host.ts";
import { remoteText, type SparkRemote } from "../../config/values/spark/spark_remote.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import { isLate, sparkFailure } from "./failures.ts";
import { requireHttp2 } from "./http2_probe.ts";
import { type ExecutePlanResponse, SparkConnectService } from "./protocol/base_pb.ts";
import type { CommandSchema } from "./protocol/commands_pb.ts";
import type { RelationSchema } from "./protocol/relations_pb.ts";

const log = logger("spark");

/** A relation, as it is written down. */
export type RelationInit = MessageInitShape<typeof RelationSchema>;
/** A command, as it is written down. */
export type CommandInit = MessageInitShape<typeof CommandSchema>;
/** What a command answers. */
export type CommandResult = ExecutePlanResponse["responseType"];

/** What is executed. */
type PlanInit =
  | { readonly case: "root"; readonly value: RelationInit }
  | { readonly case: "command"; readonly value: CommandInit };

/** What a session is opened with. */
export interface SessionOptions {
  readonly remote: SparkRemote;
  /** Of the client, for the server's own logs. */
  readonly version: string;
  readonly host: Host;
}

/** How a batch query is run. */
export interface CollectOptions {
  /** How long it may take; ten minutes, as it waits for executors that are busy, or that have to start first. */
  readonly withinMs?: number;
  /** Interrupts it. */
  readonly signal?: AbortSignal;
}

/** A streaming query that runs. */
export interface ActiveQuery {
  /** Empty if it has none. */
  readonly name: string;
  readonly id: string;
  readonly runId: string;
}

const USER_DEFAULT = "sfcrime";
/** The oldest version whose protocol has streaming queries. */
const OLDEST = { major: 3, minor: 5 };
/** How long the first call may take until that is said, and then until the server is given up: it may be busy. */
const FIRST_CALL_MS = 6_000;
const SECOND_CALL_MS = 24_000;
const CALL_MS = 60_000;
const JOB_MS = 600_000;
/** Answers with rows are larger than gRPC's 4 MiB; Spark sends batches of about this size. */
const ANSWER_BYTES_MAX = 128 * 2 ** 20;

/** What each request says of the one who asks. */
interface Caller {
  readonly sessionId: string;
  readonly userContext: { readonly userId: string; readonly userName: string };
  readonly clientType: string;
}

/** A session that was opened. */
interface OpenedSession {
  readonly client: Client<typeof SparkConnectService>;
  readonly remote: SparkRemote;
  readonly caller: Caller;
  readonly sparkVersion: string;
}

/** See the module's description. */
export class SparkSession {
  readonly #client: OpenedSession["client"];
  readonly #remote: SparkRemote;
  readonly #caller: Caller;
  /** The version of Spark, such as `4.0.0`. */
  readonly sparkVersion: string;

  private constructor({ client, remote, caller, sparkVersion }: OpenedSession) {
    this.#client = client;
    this.#remote = remote;
    this.#caller = caller;
    this.sparkVersion = sparkVersion;
  }

  /**
   * Opens a session.
   *
   * @throws {SfcrimeError} SPARK_UNREACHABLE if there is no answer, of which a message warns within 10 s; SPARK for a
   * wrong token, or a Spark that is too old.
   */
  static async open({ remote, version, host }: SessionOptions): Promise<SparkSession> {
    const { hostname, port, isSecure, userId = USER_DEFAULT, userAgent, sessionId = host.newId() } = remote;
    const ca = remote.caFile === undefined ? undefined : readNamedText(remote.caFile, "[spark] ca_file");
    await requireHttp2(remote, { host, ca });
    const transport = createGrpcTransport({
      baseUrl: `${isSecure ? "https" : "http"}://${hostname}:${port}`,
      interceptors: [withHeaders(remote)],
      readMaxBytes: ANSWER_BYTES_MAX,
      ...ca === undefined ? {} : { nodeOptions: { ca } },
    });
    const client = createClient(SparkConnectService, transport);
    const caller: Caller = {
      sessionId,
      userContext: { userId, userName: userId },
      clientType: userAgent ?? `sfcrime/${version}`,
    };
    const request = { ...caller, analyze: { case: "sparkVersion", value: {} } } as const;
    const ask = (timeoutMs: number) =>
      client.analyzePlan(request, { timeoutMs })
        .catch((error) => Promise.reject(sparkFailure(error, { remote })));
    const { result } = await ask(FIRST_CALL_MS).catch((error) => {
      if (!isLate(error)) throw error;
      log.warn(`${error.message} Trying once more. ${error.hint}`);
      return ask(SECOND_CALL_MS);
    });
    const sparkVersion = result.case === "sparkVersion" ? result.value.version : "";
    requireVersion(sparkVersion, remote);
    return new SparkSession({ client, remote, caller, sparkVersion });
  }

  get id(): string {
    return this.#caller.sessionId;
  }

  /** Where it is, and whose. */
  get identity(): { readonly server: string; readonly sessionId: string; readonly userId: string } {
    const { sessionId, userContext: { userId } } = this.#caller;
    return { server: remoteText(this.#remote), sessionId, userId };
  }

  /** The server, for people. */
  get description(): string {
    return `Spark ${this.sparkVersion} at ${remoteText(this.#remote)}`;
  }

  /**
   * Runs a command, and gives its results.
   *
   * @throws {SfcrimeError} SPARK with Spark's message; SPARK_UNREACHABLE.
   */
  async run(command: CommandInit): Promise<CommandResult[]> {
    return await this.#execute({ case: "command", value: command });
  }

  /**
   * Runs a batch query, and gives its rows as Arrow's stream format, one for each of Spark's partitions.
   *
   * @throws {SfcrimeError} SPARK with Spark's message, or if there are no rows in time; SPARK_UNREACHABLE.
   */
  async collect(relation: RelationInit, options: CollectOptions = {}): Promise<Uint8Array[]> {
    const { withinMs = JOB_MS, signal } = options;
    const how = { timeoutMs: withinMs, ...(signal === undefined ? {} : { signal }) };
    const results = await this.#execute({ case: "root", value: relation }, how).catch((error) => {
      if (!isLate(error)) throw error;
      throw new SfcrimeError(
        "SPARK",
        `${this.description} has given no rows within ${formatDuration(withinMs)}.`,
        {
          hint: "Check on the page of the cluster whether it has executors that are free.",
          cause: error,
        },
      );
    });
    // Each batch gets a buffer of its own: Arrow's numbers need to be aligned in it.
    return results.flatMap((result) => result.case === "arrowBatch" ? [result.value.data.slice()] : []);
  }

  /** Names a relation for statements of the session; an earlier view of the name is replaced. */
  async view(name: string, input: RelationInit): Promise<void> {
    const value = { input, name: quotedName(name), replace: true };
    await this.run({ commandType: { case: "createDataframeView", value } });
  }

  /** Sets settings of the session. */
  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }));
    await this.#call(() =>
      this.#client.config({
        ...this.#caller,
        operation: { opType: { case: "set", value: { pairs } } },
      }, { timeoutMs: CALL_MS })
    );
  }

  /** What a setting of the session is; undefined if the server does not know it. */
  async setting(key: string): Promise<string | undefined> {
    const { pairs: [pair] } = await this.#call(() =>
      this.#client.config({
        ...this.#caller,
        operation: { opType: { case: "getOption", value: { keys: [key] } } },
      }, { timeoutMs: CALL_MS })
    );
    return pair?.value;
  }

  /** The streaming queries of the session that run. */
  async activeQueries(): Promise<ActiveQuery[]> {
    const value = { command: { case: "active", value: true } } as const;
    const results = await this.run({ commandType: { case: "streamingQueryManagerCommand", value } });
    return results.flatMap((result) => {
      if (result.case !== "streamingQueryManagerCommandResult") return [];
      const { resultType } = result.value;
      if (resultType.case !== "active") return [];
      return resultType.value.activeQueries.map(({ id: instance, name = "" }) => {
        const { id, runId } = instance!;
        return { name, id, runId };
      });
    });
  }

  /** Ends the session: its queries and views are gone after it. Spark 3.5 ends it by itself, once nobody asks any more. */
  async release(): Promise<void> {
    if (/^3\./.test(this.sparkVersion)) return await this.#stopQueries();
    const { sessionId, userContext, clientType } = this.#caller;
    await this.#call(() =>
      this.#client.releaseSession({ sessionId, userContext, clientType }, { timeoutMs: CALL_MS })
    );
  }

  async #stopQueries(): Promise<void> {
    for (const { id, runId } of await this.activeQueries()) {
      const value = { queryId: { id, runId }, command: { case: "stop", value: true } } as const;
      await this.run({ commandType: { case: "streamingQueryCommand", value } });
    }
  }

  async #execute(opType: PlanInit, how: CallOptions = { timeoutMs: CALL_MS }): Promise<CommandResult[]> {
    return await this.#call(async () => {
      const results: CommandResult[] = [];
      const answers = this.#client.executePlan({ ...this.#caller, plan: { opType } }, how);
      for await (const { responseType } of answers) results.push(responseType);
      return results;
    });
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw sparkFailure(error, { remote: this.#remote, version: this.sparkVersion });
    }
  }
}

/** The headers of each request. */
function withHeaders({ token, headers }: SparkRemote): Interceptor {
  return (next) => (request) => {
    if (token !== undefined) request.header.set("authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
}

function requireVersion(version: string, remote: SparkRemote): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST.major || major === OLDEST.major && minor >= OLDEST.minor) return;
  throw new SfcrimeError("SPARK", `Spark at ${remoteText(remote)} has version ${version}.`, {
    hint: `Use Spark ${OLDEST.major}.${OLDEST.minor} or later.`,
  });
}
