/** A streaming query of a session, by the commands of Spark's protocol. */
import type { StreamingQueryStatus } from "../../monitoring/run_listener.ts";
import type {
  StreamingQueryCommandResult_ExceptionResult,
  StreamingQueryCommandResult_RecentProgressResult,
  StreamingQueryCommandResult_StatusResult,
} from "./protocol/commands_pb.ts";
import type { CommandInit, SparkSession } from "./session.ts";

/** What is written where, and when. */
export type StreamWriter = Extract<
  CommandInit["commandType"],
  { readonly case: "writeStreamOperationStart" }
>["value"];

/** How a query is. */
export interface SparkQueryStatus extends StreamingQueryStatus {
  readonly isActive: boolean;
}

/** Why a query has ended. */
export interface SparkQueryFailure {
  readonly message: string;
  readonly stackTrace: string | undefined;
}

type QueryCommand = Extract<
  CommandInit["commandType"],
  { readonly case: "streamingQueryCommand" }
>["value"]["command"];
/** What a query answers, by kind. */
interface Answers {
  readonly status: StreamingQueryCommandResult_StatusResult;
  readonly recentProgress: StreamingQueryCommandResult_RecentProgressResult;
  readonly exception: StreamingQueryCommandResult_ExceptionResult;
}

/** See the module's description. All methods throw {SfcrimeError} SPARK or SPARK_UNREACHABLE. */
export class StreamingQuery {
  readonly #session: SparkSession;
  /** The same in every run of a query with a checkpoint. */
  readonly id: string;
  readonly runId: string;

  /** A query that runs. */
  constructor(session: SparkSession, { id, runId }: { readonly id: string; readonly runId: string }) {
    this.#session = session;
    this.id = id;
    this.runId = runId;
  }

  /** Starts a query. */
  static async start(session: SparkSession, writer: StreamWriter): Promise<StreamingQuery> {
    const results = await session.run({ commandType: { case: "writeStreamOperationStart", value: writer } });
    for (const result of results) {
      if (result.case !== "writeStreamOperationStartResult") continue;
      const { id, runId } = result.value.queryId!;
      return new StreamingQuery(session, { id, runId });
    }
    throw new Error("Spark has started a query without an answer.");
  }

  async status(): Promise<SparkQueryStatus> {
    const { statusMessage: message, ...status } = await this.#ask({ case: "status", value: true }, "status");
    return { message, ...status };
  }

  /** The progress of the last batch, as JSON; undefined before the first one. */
  async lastProgress(): Promise<string | undefined> {
    const { recentProgressJson } = await this.#ask({ case: "lastProgress", value: true }, "recentProgress");
    return recentProgressJson.at(-1);
  }

  /** The progress of the last batches that the server keeps, as JSON, oldest first. */
  async recentProgress(): Promise<readonly string[]> {
    return (await this.#ask({ case: "recentProgress", value: true }, "recentProgress")).recentProgressJson;
  }

  /** Why it has ended; undefined if it has not, or was stopped. */
  async failure(): Promise<SparkQueryFailure | undefined> {
    const answer = await this.#answer({ case: "exception", value: true }, "exception");
    const { exceptionMessage: message, stackTrace } = answer ?? {};
    return message === undefined ? undefined : { message, stackTrace };
  }

  /** Stops it; resolves when it has stopped. */
  async stop(): Promise<void> {
    await this.#run({ case: "stop", value: true });
  }

  async #ask<K extends keyof Answers>(command: QueryCommand & object, kind: K): Promise<Answers[K]> {
    const answer = await this.#answer(command, kind);
    if (answer === undefined) throw new Error(`Spark has not answered ${command.case}`);
    return answer;
  }

  /** Undefined if there is nothing to say. */
  async #answer<K extends keyof Answers>(
    command: QueryCommand & object,
    kind: K,
  ): Promise<Answers[K] | undefined> {
    for (const result of await this.#run(command)) {
      if (result.case !== "streamingQueryCommandResult") continue;
      const { resultType } = result.value;
      if (resultType.case === kind) return resultType.value as Answers[K];
    }
    return undefined;
  }

  async #run(command: QueryCommand & object) {
    const value = { queryId: { id: this.id, runId: this.runId }, command };
    return await this.#session.run({ commandType: { case: "streamingQueryCommand", value } });
  }
}
