/**
 * The questions to a data set, in the language of its API (SoQL). Pages follow each other by the time and id of the last
 * row: with offsets, rows that are added or removed meanwhile would shift the others.
 */
import { type RowPlace, timeText } from "./row_place.ts";

/** Which rows are wanted, and by which columns they are told apart. */
export interface RowsWanted {
  readonly timeColumn: string;
  readonly idColumn: string;
  /** A condition of the user. */
  readonly where: string | undefined;
  readonly pageSize: number;
}

/** Where a page begins and ends. */
export interface PageBounds {
  /** The row before the page, or the earliest time. */
  readonly after: RowPlace | { readonly fromMs: number };
  /** The latest time: rows that are dated in the future wait until then. */
  readonly upToMs: number;
}

/** Columns of the system begin so; their times are in UTC. */
const SYSTEM = ":";

/** Whether the times of a column are local ones. */
export function hasLocalTimes(column: string): boolean {
  return !column.startsWith(SYSTEM);
}

/** The parameters of a question for a page of rows, in order. */
export function pageQuery(
  { timeColumn: time, idColumn: id, where, pageSize }: RowsWanted,
  { after, upToMs }: PageBounds,
): Record<string, string> {
  const timeLiteral = (ms: number) => literal(timeText(ms, { isLocal: hasLocalTimes(time) }));
  const conditions = [`${time} <= ${timeLiteral(upToMs)}`];
  if ("id" in after) {
    const at = timeLiteral(after.timeMs);
    conditions.push(`(${time} > ${at} OR (${time} = ${at} AND ${id} > ${literal(after.id)}))`);
  } else if (after.fromMs !== -Infinity) conditions.push(`${time} >= ${timeLiteral(after.fromMs)}`);
  if (where !== undefined) conditions.push(`(${where})`);
  return {
    ...selectOf({ timeColumn: time, idColumn: id }),
    $where: conditions.join(" AND "),
    $order: `${time}, ${id}`,
    $limit: String(pageSize),
  };
}

/** A question for any row, to learn the columns. */
export function sampleQuery(columns: Pick<RowsWanted, "timeColumn" | "idColumn">): Record<string, string> {
  return { ...selectOf(columns), $limit: "1" };
}

/** Columns of the system are only given to those who ask. */
function selectOf(
  { timeColumn, idColumn }: Pick<RowsWanted, "timeColumn" | "idColumn">,
): { readonly $select?: string } {
  return hasLocalTimes(timeColumn) && hasLocalTimes(idColumn) ? {} : { $select: ":*, *" };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
