/** What each cast is. */
import type { Value } from "../../../records/data_type.ts";

/** A cast of a value that is not NULL; returns `undefined` if the value cannot be cast. */
export type CastFunction = (value: Value) => Value | undefined;
