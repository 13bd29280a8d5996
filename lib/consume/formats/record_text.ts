/** The parts of a record as text, which all formats share. */

/** A byte order mark belongs to the value. */
const text = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** The text of bytes; what is no UTF-8 becomes `�`. */
export function textOf(bytes: Uint8Array): string {
  return text.decode(bytes);
}

/** The same, or null. */
export function optionalText(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : textOf(bytes);
}

/** The text of bytes; undefined if they are no UTF-8. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** How far from the epoch a time has a date in JavaScript. */
const DATE_MS_MAX = 8.64e15;

/** The ISO 8601 text of a timestamp; one so far away that it has none is a number of milliseconds. */
export function timeText(timestampMs: number): string {
  return Math.abs(timestampMs) > DATE_MS_MAX ? String(timestampMs) : new Date(timestampMs).toISOString();
}
