/**
 * The rows of a query as a table. The server sorts them and takes conditions, so both are about all rows, not only
 * those that are shown; the text filter narrows what is shown, at once.
 */
import { useEffect, useId, useState } from "preact/hooks";
import { READ_ROWS_MAX } from "../../../base/bounds.ts";
import type { ColumnView, QueryView } from "../../../monitoring/view/query_view.ts";
import { type ApiError, rowsPath } from "../data/api.ts";
import type { Cell, Rows } from "../data/model.ts";
import { useRows } from "../data/rows.ts";
import { Nothing, Panel, ScrollingTable } from "../parts/panel.tsx";
import { formatNumber } from "../text/format.ts";
import { cellText, columnSql, isNumber } from "./columns.ts";

const PAGE_ROWS = 100;
/** As many as a table shows; a download has as many as the server sends. */
const ROWS_MAX = 1_000;

interface Order {
  readonly column: number;
  readonly isDescending: boolean;
}

const TITLES: Readonly<Record<Rows["kind"], string>> = {
  result: "Result",
  state: "Groups in state",
  recent: "Latest rows",
};

/** See the module's description. `version` changes when there are new rows. */
export function RowsTable({ query, version }: { readonly query: QueryView; readonly version: string }) {
  const [order, setOrder] = useState<Order | null>(null);
  const [where, setWhere] = useState("");
  const [filter, setFilter] = useState("");
  const [limit, setLimit] = useState(PAGE_ROWS);
  const columns = query.columns;
  const orderSql = order === null
    ? ""
    : `${columnSql(columns[order.column]!)} ${order.isDescending ? "DESC" : "ASC"}`;
  const { rows, error } = useRows(query.name, { request: { where, order: orderSql, limit }, version });
  const words = filter.trim().toLowerCase();
  const shown = (rows?.rows ?? []).map((row) => ({ row, texts: row.map(cellText) }))
    .filter(({ texts }) => words === "" || texts.some((text) => text.toLowerCase().includes(words)));
  const total = rows?.total ?? 0;
  return (
    <Panel title={TITLES[rows?.kind ?? "result"]} note={rows === null ? "" : countText(rows, shown.length)}>
      <div class="controls">
        <label class="field">
          Filter
          <input
            type="search"
            value={filter}
            onInput={(event) =>
              setFilter(event.currentTarget.value)}
          />
        </label>
        <WhereField
          value={where}
          error={error?.status === 400 ? error : null}
          onChange={setWhere}
          columns={columns}
        />
        <p class="downloads">
          Download
          {(["csv", "json"] as const).map((format) => (
            <a
              key={format}
              href={rowsPath(query.name, { where, order: orderSql, limit: READ_ROWS_MAX, format })}
              download={`${query.name}.${format}`}
            >
              {format.toUpperCase()}
            </a>
          ))}
        </p>
      </div>
      {error !== null && error.status !== 400 && <p class="problem" role="status">{error.message}</p>}
      {rows === null ? error === null && <Nothing>Reading rows…</Nothing> : (
        <ScrollingTable name="Rows">
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th
                  key={index}
                  scope="col"
                  class={isNumber(column) ? "number" : undefined}
                  aria-sort={order?.column !== index
                    ? undefined
                    : order.isDescending
                    ? "descending"
                    : "ascending"}
                >
                  <button
                    type="button"
                    class="sort"
                    onClick={() => setOrder(nextOrder(order, index, column))}
                  >
                    {column.name}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ row, texts }, index) => (
              <tr key={index}>
                {texts.map((text, column) => (
                  <td key={column} class={cellClass(row[column], columns[column])}>{text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </ScrollingTable>
      )}
      {rows !== null && shown.length === 0 && <Nothing>{emptyText(rows, words, where)}</Nothing>}
      {rows !== null && rows.rows.length < total && limit < ROWS_MAX && (
        <button
          type="button"
          onClick={() => setLimit(ROWS_MAX)}
        >
          Show {formatNumber(Math.min(ROWS_MAX, total))} rows
        </button>
      )}
    </Panel>
  );
}

/** A condition is asked for when it is entered, not with each letter. */
function WhereField({ value, error, columns, onChange }: {
  readonly value: string;
  readonly error: ApiError | null;
  readonly columns: readonly ColumnView[];
  readonly onChange: (where: string) => void;
}) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  return (
    <form
      class="field where"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <label for={id}>SQL condition</label>
      <span class="entry">
        <input
          id={id}
          type="text"
          value={text}
          spellcheck={false}
          autocomplete="off"
          placeholder={exampleOf(columns)}
          aria-invalid={error !== null}
          aria-describedby={`${id}-error`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Apply</button>
        {value !== "" && <button type="button" onClick={() => onChange("")}>Clear</button>}
      </span>
      <pre
        class="problem"
        id={`${id}-error`}
        role="status"
      >{error === null ? "" : [error.message, error.hint].filter(Boolean).join("\n")}</pre>
    </form>
  );
}

function exampleOf(columns: readonly ColumnView[]): string {
  const column = columns.findLast(isNumber);
  if (column !== undefined) return `${plainSql(column)} > 10`;
  return columns.length === 0 ? "" : `${plainSql(columns[0]!)} IS NOT NULL`;
}

function plainSql(column: ColumnView): string {
  return /^[a-z_]\w*$/i.test(column.name) ? columnSql(column).replaceAll("`", "") : columnSql(column);
}

/** Numbers are sorted from the largest at first, other values from the smallest; then the other way; then not. */
function nextOrder(order: Order | null, column: number, view: ColumnView): Order | null {
  const first = isNumber(view);
  if (order?.column !== column) return { column, isDescending: first };
  return order.isDescending === first ? { column, isDescending: !first } : null;
}

function cellClass(cell: Cell | undefined, column: ColumnView | undefined): string | undefined {
  const classes = [cell === null ? "null" : "", column !== undefined && isNumber(column) ? "number" : ""];
  return classes.filter(Boolean).join(" ") || undefined;
}

function countText({ total, batchId }: Rows, shown: number): string {
  const count = shown < total
    ? `${formatNumber(shown)} of ${formatNumber(total)} rows`
    : `${formatNumber(total)} ${total === 1 ? "row" : "rows"}`;
  return batchId === null ? count : `${count}, as of batch ${formatNumber(batchId)}`;
}

function emptyText({ total, batchId }: Rows, words: string, where: string): string {
  if (batchId === null) return "No batch has been committed yet.";
  if (words !== "" && total > 0) return "No shown row contains this text.";
  return where === "" ? "No rows." : "No row meets this condition.";
}
