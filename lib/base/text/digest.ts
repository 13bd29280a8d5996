/** Short names for texts, which are equal for equal ones and differ for others. */
import { createHash } from "node:crypto";

const DIGITS = 16;

/** The digest of texts, in hexadecimal digits. */
export function digestOf(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, DIGITS);
}
