/** Whether the live view can take the place of what an analysis prints. */
import { STDOUT } from "../../../base/files/output.ts";
import type { LogSettings } from "../../../base/log_levels.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import type { Io } from "../../io.ts";

/** What decides about it. */
export interface LiveFacts {
  readonly plan: Pick<AnalysisPlan, "queries" | "progress">;
  readonly log: LogSettings;
  readonly io: Pick<Io, "canShow" | "isSet">;
}

/**
 * It can on the terminal of a person, while a query goes on: what a run that ends by itself prints is its result. On
 * stdout there may be nothing else that is read, and a log that programs read, or that is to be quiet or to tell
 * everything, is not for people who look on.
 */
export function canBeLive({ plan: { queries, progress }, log, io }: LiveFacts): boolean {
  return io.canShow("stdout") && !io.isSet("CI") && log.level === "info" && log.format === "text" &&
    progress !== STDOUT && queries.some(({ trigger }) => trigger.kind === "processing-time") &&
    queries.every(({ sink }) => sink.spec.kind !== "ndjson");
}
