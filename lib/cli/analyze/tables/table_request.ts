/** How the tables of the sink console are asked for on the command line. */
import { SfcrimeError } from "../../../base/errors.ts";
import { type Kind, parsedBy, wholeNumber } from "../../../config/values/values.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import { readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";

/** The flags of the command line about tables. */
export interface TableFlags {
  readonly rows?: string | undefined;
  readonly truncate?: string | undefined;
  readonly sparkConsole?: boolean | undefined;
}

/** How tables are asked for; what is undefined has its default. */
export interface TableRequest {
  readonly rowsMax: number | undefined;
  readonly truncate: boolean | number | undefined;
  /** Whether they are Spark's on a terminal, too. */
  readonly sparkConsole: boolean;
}

const ROWS_MAX = 10_000;

const truncation: Kind<boolean | number> = {
  schema: parsedBy((text) => {
    if (/^(true|yes|on)$/i.test(text)) return true;
    if (/^(false|no|off|0)$/i.test(text)) return false;
    return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
  }),
  allowed: "true, false, or a number of characters",
};

/** Reads the flags. @throws {SfcrimeError} USAGE, also where no query has the sink that they are for. */
export function tableRequest(flags: TableFlags, { queries }: Pick<AnalysisPlan, "queries">): TableRequest {
  const { rows, truncate, sparkConsole = false } = flags;
  const request = {
    rowsMax: readFlag("--rows", rows, wholeNumber(1, ROWS_MAX)),
    truncate: readFlag("--truncate", truncate, truncation),
    sparkConsole,
  };
  const given = Object.entries({
    "--rows": rows,
    "--truncate": truncate,
    "--spark-console": sparkConsole || undefined,
  })
    .find(([, value]) => value !== undefined)?.[0];
  if (given !== undefined && !queries.some(({ sink }) => sink.spec.kind === "console")) {
    throw new SfcrimeError("USAGE", `${given} is for the sink console, which no query has.`, {
      hint: "Remove it, or choose --sink console.",
    });
  }
  return request;
}

/** Whether something is asked for that the live view does not have. */
export function wantsTables({ rowsMax, truncate, sparkConsole }: TableRequest): boolean {
  return rowsMax !== undefined || truncate !== undefined || sparkConsole;
}

/** How the tables of a run are made. */
export interface Tables {
  readonly request: TableRequest;
  readonly io: Io;
  /** Whether text may be coloured. */
  readonly color: boolean;
}
