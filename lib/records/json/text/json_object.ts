/**
 * `get_json_object`: the part of a JSON text at a path, as Spark's GetJsonObject has it. Its rules are those of Hive: a
 * wildcard that matches one element gives it without brackets, two wildcards in a row flatten, and of objects only the
 * first match counts.
 */
import { quote, quotePlain } from "../json_token.ts";
import { JsonTokens } from "../json_tokens.ts";
import { copyValue } from "./copy_value.ts";
import type { PathStep } from "./json_path.ts";
import { TEXT_SYNTAX } from "./json_syntax.ts";
import { ifJson, MALFORMED } from "./malformed.ts";

/** How texts are written: bare, in quotes, or with the elements of ARRAYs in place of them. */
type Style = "raw" | "flatten" | "quoted";

/** The part of a text at a path; NULL if there is none, or the text is not JSON as far as it is read. */
export function jsonObject(json: string, path: readonly PathStep[]): string | null {
  const tokens = new JsonTokens(json, TEXT_SYNTAX);
  const output = new Output(quote);
  const isFound = ifJson(() => {
    tokens.next();
    return new Evaluation(tokens).evaluate(path, output, "raw");
  });
  return isFound === true ? output.text : null;
}

/** What is written, with commas between the elements of ARRAYs. */
class Output {
  text = "";
  readonly #quote: (text: string) => string;
  readonly #counts: number[] = [];

  constructor(quoteText: (text: string) => string) {
    this.#quote = quoteText;
  }

  open(): void {
    this.#comma();
    this.text += "[";
    this.#counts.push(0);
  }

  close(): void {
    this.text += "]";
    this.#counts.pop();
  }

  /** A text without quotes, which is no element to Spark: no comma stands before it. */
  raw(text: string): void {
    this.text += text;
  }

  value(json: string): void {
    this.#comma();
    this.text += json;
  }

  /** The value at the current token. */
  copy(tokens: JsonTokens): void {
    this.value(copyValue(tokens, this.#quote));
  }

  #comma(): void {
    const last = this.#counts.length - 1;
    if (last >= 0 && this.#counts[last]!++ > 0) this.text += ",";
  }
}

class Evaluation {
  readonly #tokens: JsonTokens;

  constructor(tokens: JsonTokens) {
    this.#tokens = tokens;
  }

  /** Writes what the path matches in the value at the current token, and reads up to its end. */
  evaluate(path: readonly PathStep[], output: Output, style: Style): boolean {
    const tokens = this.#tokens;
    const [step, next, third, fourth] = path;
    if (step === undefined) return this.#write(output, style);
    if (tokens.current === "{" && step.kind === "key") return this.#firstMember(path.slice(1), output, style);
    if (tokens.current === "[" && step.kind === "subscript" && next?.kind === "wildcard") {
      if (third?.kind === "subscript" && fourth?.kind === "wildcard") {
        return this.#elements(path.slice(4), output, "flatten");
      }
      return style === "quoted"
        ? this.#elements(path.slice(2), output, style)
        : this.#unwrapped(path.slice(2), output, style === "raw" ? "quoted" : style);
    }
    if (tokens.current === "[" && step.kind === "subscript" && next?.kind === "index") {
      const isMany = third?.kind === "subscript" && fourth?.kind === "wildcard";
      return this.#elementAt(
        next.index,
        () => this.evaluate(path.slice(2), output, isMany ? "quoted" : style),
      );
    }
    if (tokens.current === "name" && step.kind === "named" && tokens.name === step.name) {
      return tokens.next() !== "null" && this.evaluate(path.slice(1), output, style);
    }
    if (tokens.current === "name" && step.kind === "wildcard") {
      tokens.next();
      return this.evaluate(path.slice(1), output, style);
    }
    tokens.skipChildren();
    return false;
  }

  /** The value at the end of a path. */
  #write(output: Output, style: Style): boolean {
    const tokens = this.#tokens;
    if (tokens.current === "string" && style === "raw") {
      output.raw(tokens.value);
      return true;
    }
    if (tokens.current === "[" && style === "flatten") {
      let isFound = false;
      this.#eachElement(() => isFound = this.evaluate([], output, style) || isFound);
      return isFound;
    }
    output.copy(tokens);
    return true;
  }

  /** The first member that matches. */
  #firstMember(path: readonly PathStep[], output: Output, style: Style): boolean {
    let isFound = false;
    while (this.#required() !== "}") {
      if (isFound) this.#tokens.skipChildren();
      else isFound = this.evaluate(path, output, style);
    }
    return isFound;
  }

  /** What matches in the elements, in brackets. */
  #elements(path: readonly PathStep[], output: Output, style: Style): boolean {
    let isFound = false;
    output.open();
    this.#eachElement(() => isFound = this.evaluate(path, output, style) || isFound);
    output.close();
    return isFound;
  }

  /** The same, but without brackets if only one element has a match. */
  #unwrapped(path: readonly PathStep[], output: Output, style: Style): boolean {
    // Here Spark writes characters outside of the Basic Multilingual Plane as they are.
    const inner = new Output(quotePlain);
    let count = 0;
    inner.open();
    this.#eachElement(() => count += this.evaluate(path, inner, style) ? 1 : 0);
    inner.close();
    if (count > 0) output.value(count === 1 ? inner.text.slice(1, -1) : inner.text);
    return count > 0;
  }

  #elementAt(index: bigint, evaluate: () => boolean): boolean {
    for (let left = index; this.#required() !== "]"; left--) {
      if (left === 0n) {
        const isFound = evaluate();
        while (this.#required() !== "]") this.#tokens.skipChildren();
        return isFound;
      }
      this.#tokens.skipChildren();
    }
    return false;
  }

  #eachElement(visit: () => void): void {
    while (this.#required() !== "]") visit();
  }

  /** The next token. @throws {@link MALFORMED} at the end. */
  #required(): JsonTokens["current"] {
    const token = this.#tokens.next();
    if (token === undefined) throw MALFORMED;
    return token;
  }
}
