/** Texts that are not JSON. */

/** Thrown where the text is not JSON. */
class Malformed extends Error {}

/** The only instance: nobody needs to know what is wrong, and an error costs more than most records. */
export const MALFORMED = new Malformed("malformed JSON");

/** What is read of a text; undefined if it is not JSON, as far as it is read. */
export function ifJson<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error !== MALFORMED) throw error;
    return undefined;
  }
}
