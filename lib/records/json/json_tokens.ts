/**
 * The tokens of a JSON text, as Jackson reads them, the parser of Spark. It is more lenient than `JSON.parse` in
 * places and stricter in others; and after an error, reading can go on, which Spark does when the error is in the
 * value of a field. So what matters is not only what is invalid, but also where Jackson stands then:
 *
 * - The start of a value is read together with the name before it. If that fails, the text ends there.
 * - Elsewhere, it goes on after the characters that it has looked at.
 * - A string is read when its text is needed, or else before the next token.
 *
 * The rules are those of `ReaderBasedJsonParser` in Jackson 2.18.
 */

import { JsonCharacters, required, type ScalarKind } from "./text/json_characters.ts";
import { type JsonSyntax, RECORD_SYNTAX } from "./text/json_syntax.ts";
import { MALFORMED } from "./text/malformed.ts";

/** A token; `name` is that of a member. */
export type JsonTokenKind = "{" | "}" | "[" | "]" | "name" | ScalarKind;

/** Jackson's limits. */
const DEPTH_MAX = 1_000;
const NAME_LENGTH_MAX = 50_000;

/** An object or array that is open, or the text as a whole. */
interface Scope {
  readonly kind: "text" | "object" | "array";
  /** The name of the last member. */
  name: string | undefined;
  /** Whether a comma has to come before the next member or element. */
  isBegun: boolean;
}

/** See the module's description. */
export class JsonTokens {
  #characters: JsonCharacters;
  #scopes: Scope[] = [{ kind: "text", name: undefined, isBegun: false }];
  #current: JsonTokenKind | undefined;
  /** The value after a name. */
  #ahead: JsonTokenKind | undefined;
  /** Whether the last token is a string, of which only the opening quote has been read. */
  #hasStringToRead = false;

  constructor(text: string, syntax: JsonSyntax = RECORD_SYNTAX) {
    this.#characters = new JsonCharacters(text, syntax);
  }

  /** Another reader, which goes on from here. */
  copy(): JsonTokens {
    const copy = new JsonTokens("");
    copy.#characters = this.#characters.copy();
    copy.#scopes = this.#scopes.map((scope) => ({ ...scope }));
    copy.#current = this.#current;
    copy.#ahead = this.#ahead;
    copy.#hasStringToRead = this.#hasStringToRead;
    return copy;
  }

  /** The last token; undefined at the end. */
  get current(): JsonTokenKind | undefined {
    return this.#current;
  }

  /** The name of the member that the current token belongs to, if any. */
  get name(): string | undefined {
    const isOpening = this.#current === "{" || this.#current === "[";
    return this.#scopes.at(isOpening ? -2 : -1)!.name;
  }

  /** The text of the current string or number. @throws {@link MALFORMED} for a string that is not valid. */
  get value(): string {
    if (this.#hasStringToRead) {
      this.#hasStringToRead = false;
      this.#characters.value = this.#characters.readString('"');
    }
    return this.#characters.value;
  }

  /** Reads the next token. @throws {@link MALFORMED}, after which reading can go on. */
  next(): JsonTokenKind | undefined {
    if (this.#current === "name") return this.#valueOfMember();
    if (this.#hasStringToRead) void this.value;
    const first = this.#characters.skipSpace();
    const scope = this.#scopes.at(-1)!;
    if (first === undefined) {
      if (scope.kind !== "text") throw MALFORMED;
      return this.#current = undefined;
    }
    if (first === "}" || first === "]") return this.#close(first, scope);
    const opening = this.#skipComma(first, scope);
    if (scope.kind !== "object") {
      const kind = this.#startValue(opening);
      this.#open(kind);
      return this.#current = kind;
    }
    scope.name = this.#readName(opening);
    this.#current = "name";
    this.#ahead = this.#startValue(this.#skipColon());
    return this.#current;
  }

  /** If the current token opens an object or array, skips it, up to its end. @throws {@link MALFORMED} */
  skipChildren(): void {
    if (this.#current !== "{" && this.#current !== "[") return;
    for (let open = 1; open > 0;) {
      const token = this.next();
      if (token === undefined) throw MALFORMED;
      if (token === "{" || token === "[") open++;
      else if (token === "}" || token === "]") open--;
    }
  }

  #valueOfMember(): JsonTokenKind | undefined {
    const value = this.#ahead;
    this.#ahead = undefined;
    this.#open(value);
    return this.#current = value;
  }

  #open(kind: JsonTokenKind | undefined): void {
    if (kind !== "{" && kind !== "[") return;
    this.#scopes.push({ kind: kind === "{" ? "object" : "array", name: undefined, isBegun: false });
    if (this.#scopes.length > DEPTH_MAX + 1) throw MALFORMED;
  }

  #close(bracket: "}" | "]", { kind }: Scope): JsonTokenKind {
    if (kind !== (bracket === "}" ? "object" : "array")) throw MALFORMED;
    this.#scopes.pop();
    return this.#current = bracket;
  }

  /** The first character of the next member or element. */
  #skipComma(first: string, scope: Scope): string {
    const isBegun = scope.isBegun;
    scope.isBegun = true;
    if (!isBegun || scope.kind === "text") return first;
    if (first !== ",") throw MALFORMED;
    return required(this.#characters.skipSpace());
  }

  #readName(opening: string): string {
    const name = this.#characters.readName(opening);
    if (name.length > NAME_LENGTH_MAX) throw MALFORMED;
    return name;
  }

  #skipColon(): string {
    if (this.#characters.skipSpace() !== ":") throw MALFORMED;
    return required(this.#characters.skipSpace());
  }

  /** Reads a value, or the start of it, whose first character has been read. */
  #startValue(first: string): JsonTokenKind {
    if (first === "{" || first === "[") return first;
    this.#hasStringToRead = first === '"';
    return this.#hasStringToRead ? "string" : this.#characters.readScalar(first);
  }
}
