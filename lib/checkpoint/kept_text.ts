/** The JSON texts in the file of a checkpoint. They are validated, as the file may be corrupt or edited. */
import * as z from "zod";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import type { StreamSource, TableSource } from "../sql/catalog.ts";
import type { StoredIdentity } from "./identity.ts";

function hasColumns(value: unknown): boolean {
  return Array.isArray((value as Partial<TableSource> | null)?.columns);
}

const offset = z.number().int().nonnegative();

/** The schemas of the texts, by their names in errors. */
export const KEPT = {
  "the offsets of a batch": z.record(z.string(), z.record(z.string().regex(/^\d+$/), offset)),
  "the watermark of a batch": z.looseObject({
    currentMs: z.number().optional(),
    byBranchMs: z.array(z.number()).optional(),
    lateMs: z.number().optional(),
  }),
  "the initial watermarks of a batch": z.looseObject({
    lateMs: z.number().optional(),
    evictionMs: z.number().optional(),
    eventTimeMaxMs: z.number().optional(),
    timeMs: z.number().optional(),
    epochs: z.record(z.string(), z.record(z.string(), z.object({ start: offset, id: z.string() })))
      .optional(),
  }),
  "the query": z.looseObject({
    query: z.string(),
    sql: z.string(),
    outputMode: z.enum(["append", "update", "complete"]),
    reads: z.array(z.string()),
    state: z.array(z.string()),
    layout: z.array(z.string()).optional(),
    declared: z.looseObject({
      timeZone: z.string(),
      streams: z.record(z.string(), z.custom<StreamSource>(hasColumns)),
      tables: z.record(z.string(), z.custom<TableSource>(hasColumns)),
    }).optional(),
    sink: z.looseObject({ description: z.string(), place: z.string().optional() }).optional(),
  }),
} as const;

/**
 * Reads and validates a text.
 *
 * @param path The file, for errors.
 * @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid.
 */
export function readStored<Name extends keyof typeof KEPT>(
  name: Name,
  text: string,
  path: string,
): z.infer<(typeof KEPT)[Name]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, `${name} cannot be read: ${messageOf(cause)}`, cause);
  }
  const parsed = KEPT[name].safeParse(value);
  if (parsed.success) return parsed.data as z.infer<(typeof KEPT)[Name]>;
  throw damaged(path, `${name} cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
}

/** Reads the query of a checkpoint. @throws {SfcrimeError} CHECKPOINT */
export function readIdentity(text: string, path: string): StoredIdentity {
  return readStored("the query", text, path) as StoredIdentity;
}

/** The error for a corrupt checkpoint. */
export function damaged(path: string, reason: string, cause?: unknown): SfcrimeError {
  return new SfcrimeError("CHECKPOINT", `The checkpoint ${path} is corrupt: ${reason}.`, {
    hint: DAMAGED_HINT,
    cause,
  });
}

/** What to do about a corrupt checkpoint. */
export const DAMAGED_HINT = "Restore the checkpoint and its sink from the same backup, " +
  "or restart the query with a new --checkpoint and a new sink location.";
