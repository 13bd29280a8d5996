/** Patterns of RLIKE. */
import type { Scenario } from "../../support/stream_scenario.ts";

const PATTERNS = [
  ..."^$ a$ a.b ^a.*b$ \\s [\\s] \\S [^\\s] a\\Z a\\z [.$] a$|b \\$ ^\\s+$ (a$) (?i)A.B (?s)a.b \\Qa.b\\E"
    .split(" "),
  ..."[]a] [\\]a]$ \\w".split(" "),
];
const TEXTS = [
  ..."\n \r \r\n \u2028 \u0085 a a\n a\r\n a\n\n a\r a\u2028 a\nb a\rb a\u0085b a.b axb \u000b \t".split(" "),
  ..."\u001c $ . ab\n b ] ]\n \u00a0 é a😀b".split(" "),
  "",
  " ",
];

export const PATTERN_CASES: readonly Scenario[] = [
  {
    name: "A pattern of RLIKE means what it means to Java, also at the end of a line",
    streams: { t: { columns: "s STRING" } },
    queries: {
      rows: {
        sql: `SELECT s, ${PATTERNS.map((pattern) => `s RLIKE r'${pattern}'`).join(", ")} FROM t`,
        output_mode: "append",
      },
    },
    batches: [{ t: TEXTS.map((s) => JSON.stringify({ s })) }],
  },
];
