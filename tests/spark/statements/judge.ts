/** Compares what this program makes of a statement with Spark's answer. */
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { timeZoneOf, UTC } from "../../../lib/base/time_zone.ts";
import type { Statement } from "./answer_file.ts";
import { MissingRelation, type Relations, runStatement } from "./engine.ts";
import { rowsText, schemaText } from "./spark_text.ts";

/** What a comparison comes to. */
export type Verdict =
  | { readonly kind: "equal" }
  /** Both refuse it, or fail while they run it. */
  | { readonly kind: "refused by both"; readonly error: string }
  | { readonly kind: "refused here"; readonly error: string }
  | { readonly kind: "differs"; readonly ours: string; readonly spark: string }
  /** It needs a setting, a relation or a function that is not to be had here; which one is the detail. */
  | {
    readonly kind: "not compared";
    readonly reason: "setting" | "relation" | "function";
    readonly detail: string;
  };

/** Runs a statement here and compares the answers. */
export async function judge(
  { sql, answer }: Statement,
  { relations, timeZone }: { readonly relations: Relations; readonly timeZone: string },
): Promise<Verdict> {
  const spark = answer.kind === "error" ? `error ${answer.errorClass}` : `${answer.schema}\n${answer.rows}`;
  let ours: string;
  try {
    const result = await runStatement(sql, relations, timeZone);
    const zone = timeZoneOf(timeZone) ?? UTC;
    ours = `${schemaText(result.schema)}\n${rowsText(result.rows, { ...result, zone })}`;
  } catch (error) {
    return verdictOn(error, spark, answer.kind === "error" ? answer.errorClass : undefined);
  }
  return ours === spark ? { kind: "equal" } : { kind: "differs", ours, spark };
}

function verdictOn(error: unknown, spark: string, errorClass: string | undefined): Verdict {
  if (error instanceof MissingRelation) {
    if (errorClass === "TABLE_OR_VIEW_NOT_FOUND") return { kind: "refused by both", error: String(error) };
    return { kind: "not compared", reason: "relation", detail: error.message };
  }
  if (error instanceof SfcrimeError) {
    if (errorClass !== undefined) return { kind: "refused by both", error: error.message };
    // Spark's tests register some of their own, such as `udf`.
    if (/neither Spark nor sfcrime has a function/.test(error.message)) {
      return { kind: "not compared", reason: "function", detail: error.message };
    }
    if (error.code === "SQL") return { kind: "refused here", error: error.message };
  }
  return { kind: "differs", ours: String(error), spark };
}
