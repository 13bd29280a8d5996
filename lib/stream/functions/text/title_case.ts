/** `initcap`: words begin with a letter in Unicode title case, which is not always upper case. */

const DIGRAPHS = "ǄǅǆǇǈǉǊǋǌǱǲǳ";
const TITLES_OF_DIGRAPHS = "ǅǈǋǲ";
const FORMS_OF_A_DIGRAPH = 3;
/** A combining iota subscript is kept. */
const IOTA_BELOW = "\u0345";

/** The first letters of words, which are separated by spaces, in title case; the others in lower case. */
export function initCap(text: string): string {
  return text.replace(/[^ ]+/g, (word) => {
    const [first] = word as unknown as [string];
    return titleCase(first) + word.toLowerCase().slice(first.toLowerCase().length);
  });
}

function titleCase(letter: string): string {
  const digraph = DIGRAPHS.indexOf(letter);
  if (digraph >= 0) return TITLES_OF_DIGRAPHS[Math.floor(digraph / FORMS_OF_A_DIGRAPH)]!;
  const isGeorgian = /[\u10d0-\u10ff]/.test(letter);
  if (isGeorgian) return letter;
  const capitals = letter.toUpperCase();
  if (/[\u1f80-\u1fff]/.test(letter) && capitals.length > 1 && capitals.endsWith("Ι")) {
    const base = capitals.slice(0, -1);
    return base.length === 1 ? `${base}${IOTA_BELOW}`.normalize("NFC") : base + IOTA_BELOW;
  }
  const [first, ...rest] = capitals as unknown as [string, ...string[]];
  return first === "ʼ" ? capitals : first + rest.join("").toLowerCase();
}
