/** The name of the only field of a value that is no record. */
export const SINGLE_FIELD = "value";
