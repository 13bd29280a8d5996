/** A schema that cannot be used; its message is a part of a sentence. */
export class SchemaProblem extends Error {
  override readonly name = "SchemaProblem";
}
