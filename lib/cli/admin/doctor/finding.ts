/** What `doctor` finds: each thing that it looked at is well, a warning, or a failure, with what to do about it. */
import { messageOf, SfcrimeError } from "../../../base/errors.ts";

/** What a finding is about, in the order of the report. */
export const AREAS = [
  ...["configuration", "broker", "topics", "registry"] as const,
  ...["checkpoints", "disk", "engines"] as const,
] as const;

/** How it is. */
export type Level = "ok" | "warning" | "failure";

/** See the module's description. */
export interface Finding {
  readonly area: (typeof AREAS)[number];
  readonly level: Level;
  /** What was found: one sentence, without a full stop where it is well. */
  readonly text: string;
  /** What to do. */
  readonly advice?: string;
  /** More, for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A finding of one area. */
export type AreaFinding = Omit<Finding, "area">;

/** What is well. */
export function good(text: string, details?: AreaFinding["details"]): AreaFinding {
  return { level: "ok", text, ...details === undefined ? {} : { details } };
}

/** What may be wrong. */
export function warning(text: string, advice?: string): AreaFinding {
  return { level: "warning", text, ...advice === undefined ? {} : { advice } };
}

/** What is wrong. */
export function failure(text: string, advice?: string): AreaFinding {
  return { level: "failure", text, ...advice === undefined ? {} : { advice } };
}

/** What is wrong, as an error tells it. @throws Anything else: a bug is not a finding. */
export function failureOf(error: unknown): AreaFinding {
  if (error instanceof SfcrimeError && error.code !== "INTERNAL") return failure(error.message, error.hint);
  throw error instanceof Error ? error : new Error(messageOf(error));
}

/** What was found; an error that ended the search is a failure. @throws A bug, as it is */
export async function findingsOf(
  search: () => Promise<readonly AreaFinding[]>,
): Promise<readonly AreaFinding[]> {
  try {
    return await search();
  } catch (error) {
    return [failureOf(error)];
  }
}
