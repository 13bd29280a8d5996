/** Encodes the JSON of a record by a schema. */

/** The bytes of a record. @throws {UnfitValue} If it does not fit its schema. */
export type EncodeJson = (json: Uint8Array) => Uint8Array;
