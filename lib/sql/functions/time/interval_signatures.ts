/** The signatures of functions that make INTERVALs, and of EXTRACT from them. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import {
  fieldsOfInterval,
  INTERVAL_FIELDS,
  type IntervalField,
  isSqlInterval,
} from "../../../records/types/interval_types.ts";
import type { Expression } from "../../plan.ts";
import { argument, call, Refusal, requireCount, type Signature } from "../signature.ts";

const ZERO: Expression = { kind: "literal", value: 0, type: "INT" };
const ZERO_SECONDS: Expression = {
  kind: "literal",
  value: "0",
  type: { kind: "DECIMAL", precision: 18, scale: 6 },
};

/** A function of counts of units, all optional, of which the last one is seconds if `hasSeconds`. */
function made(
  name: string,
  { count, hasSeconds, type }: {
    readonly count: number;
    readonly hasSeconds: boolean;
    readonly type: DataType;
  },
): Signature {
  return (args) => {
    requireCount(args, 0, count);
    const all = Array.from({ length: count }, (_none, index) => {
      const isSeconds = hasSeconds && index === count - 1;
      const arg = args[index];
      if (arg === undefined) return isSeconds ? ZERO_SECONDS : ZERO;
      return argument(arg, isSeconds ? ZERO_SECONDS.type : "INT", index);
    });
    return call(name, all, type);
  };
}

const CALENDAR = { count: 7, hasSeconds: true, type: "INTERVAL" } as const;

/** By name in lower case. */
export const INTERVAL_FUNCTIONS: Readonly<Record<string, Signature>> = {
  make_interval: made("make_interval", CALENDAR),
  try_make_interval: (args) => {
    const made = INTERVAL_FUNCTIONS.make_interval!(args);
    return call("try", [made], made.type);
  },
  make_dt_interval: made("make_dt_interval", { count: 4, hasSeconds: true, type: "INTERVAL DAY TO SECOND" }),
  make_ym_interval: made("make_ym_interval", { count: 2, hasSeconds: false, type: "INTERVAL YEAR TO MONTH" }),
};

/** The types of the fields of INTERVALs. */
const PARTS: Readonly<Record<IntervalField, DataType>> = {
  YEAR: "INT",
  MONTH: "TINYINT",
  DAY: "INT",
  HOUR: "TINYINT",
  MINUTE: "TINYINT",
  SECOND: { kind: "DECIMAL", precision: 8, scale: 6 },
};

/** A field of an INTERVAL, by its name in upper case. @throws {Refusal} If it has no such field. */
export function intervalPart(name: string, interval: Expression): Expression {
  const { type } = interval;
  const field = INTERVAL_FIELDS.find((field) => field === name);
  if (field === undefined || !hasField(type, field)) {
    throw new Refusal(`has no ${name} of ${typeName(type)}`);
  }
  return call(`interval ${field.toLowerCase()}`, [interval], PARTS[field]);
}

function hasField(type: DataType, field: IntervalField): boolean {
  if (!isSqlInterval(type)) return true;
  const [first, last] = fieldsOfInterval(type).map((each) => INTERVAL_FIELDS.indexOf(each)) as [
    number,
    number,
  ];
  const index = INTERVAL_FIELDS.indexOf(field);
  return index >= first && index <= last;
}
