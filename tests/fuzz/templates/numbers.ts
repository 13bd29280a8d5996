/** Expressions that give numbers. None of them divides by zero, or leaves its type. */
import type { Kind, Templates } from "./mod.ts";

const PARTS = [
  ..."year quarter month day dayofmonth dayofweek weekday dayofyear weekofyear hour minute second".split(" "),
];

const INTEGERS: Templates = {
  leaves: ["$i", "$i", "$i", "$h", "1", "0", "-7"],
  calls: [
    "({integer} % {2..7})",
    "-($i)",
    "+($i)",
    "($i {sign} $h)",
    "($i * {-9..9})",
    "({integer} DIV {2..9})",
    "mod({integer}, {2..9})",
    "pmod({integer}, {2..9})",
    "pmod($i, -5)",
    "negative($i)",
    "positive({integer})",
    "abs($i)",
    "abs($h)",
    "round($i, {-2..1})",
    "bround($i, -1)",
    "length({text})",
    "char_length({text})",
    "character_length({text})",
    "len({text})",
    "instr({text}, {part})",
    "locate({part}, {text})",
    "locate({part}, {text}, {0..3})",
    "position({part}, {text})",
    "position({part} IN {text})",
    "floor({double})",
    "ceil({double})",
    "ceiling({double})",
    "ceil({integer})",
    "datediff({date}, {date})",
    ...PARTS.map((part) => `${part}({time})`),
    "{datepart}({date})",
    "EXTRACT({field} FROM {time})",
    "date_part('{field}', {date})",
    "try_cast({text} AS INT)",
    "try_cast({text} AS TINYINT)",
    "try_cast({double} AS SMALLINT)",
    "try_cast({decimal} AS INT)",
    "CAST({condition} AS INT)",
  ],
};

const BIGS: Templates = {
  leaves: ["$l", "$l", "3000000000", "5L"],
  calls: [
    "($l {sign} {integer})",
    "(-$l)",
    "abs($l)",
    "($l DIV 7)",
    "($l % 1000)",
    "pmod($l, 13)",
    "round($l, -3)",
    "bround($l, -2)",
    "unix_timestamp({time})",
    "CAST({time} AS BIGINT)",
    "try_cast({text} AS BIGINT)",
    "try_cast({double} AS BIGINT)",
  ],
};

const DOUBLES: Templates = {
  leaves: ["$d", "$d", "$d", "0.5D", "CAST('NaN' AS DOUBLE)", "-0.0D"],
  calls: [
    "({double} {arithmetic} $d)",
    "({integer} / {2..9})",
    "({double} / 3)",
    "({double} % 7)",
    "pmod($d, 3)",
    "(-({double}))",
    "abs({double})",
    "sqrt({double})",
    "sign({double})",
    "signum({integer})",
    "round({double}, {-1..2})",
    "round({double})",
    "bround({double}, {-1..2})",
    "nanvl({double}, {double})",
    "CAST({big} AS DOUBLE)",
    "CAST({decimal} AS DOUBLE)",
    "CAST({single} AS DOUBLE)",
    "try_cast({text} AS DOUBLE)",
    "({single} {arithmetic} {integer})",
    "({decimal} {arithmetic} $d)",
  ],
};

const SINGLES: Templates = {
  leaves: ["$f", "$f", "1.5F"],
  calls: [
    "({single} {arithmetic} $f)",
    "abs({single})",
    "(-({single}))",
    "CAST({double} AS FLOAT)",
    "round($f, 1)",
  ],
};

const DECIMALS: Templates = {
  leaves: [
    "try_cast($d AS DECIMAL(9,2))",
    "try_cast($f AS DECIMAL(7,3))",
    "0.1",
    "1.25",
    "CAST($i AS DECIMAL(10,2))",
  ],
  calls: [
    "({decimal} {arithmetic} {decimal})",
    "({decimal} {arithmetic} $i)",
    "({decimal} / {2..9})",
    "({decimal} / 0.7)",
    "({decimal} % 0.7)",
    "({decimal} % 3)",
    "pmod({decimal}, 1.5)",
    "mod({decimal}, 4)",
    "(-({decimal}))",
    "negative({decimal})",
    "abs({decimal})",
    "round({decimal}, {-2..3})",
    "round({decimal})",
    "bround({decimal}, {-1..2})",
    "floor({decimal})",
    "ceil({decimal})",
    "try_cast({double} AS DECIMAL(12,3))",
    "try_cast({text} AS DECIMAL(9,4))",
    "try_cast({decimal} AS DECIMAL(4,1))",
    "CAST({integer} AS DECIMAL(20,0))",
  ],
};

/** See `mod.ts`. */
export const NUMBERS = {
  integer: INTEGERS,
  big: BIGS,
  double: DOUBLES,
  single: SINGLES,
  decimal: DECIMALS,
} satisfies Partial<Record<Kind, Templates>>;
