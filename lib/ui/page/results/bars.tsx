/** Horizontal bars with their names and figures: text and graphics in one, so it needs no table beside it. */
import { Meter } from "../parts/meter.tsx";
import type { Bar } from "./pivot.ts";
import { formatNumber, formatShare } from "../text/format.ts";

/** See the module's description. `total` is what shares are of; without it, none are shown. */
export function Bars({ bars, total }: { readonly bars: readonly Bar[]; readonly total?: number }) {
  const most = Math.max(0, ...bars.map(({ value }) => value));
  return (
    <ol class="bars">
      {bars.map(({ name, value }) => (
        <li key={name}>
          <span class="name" title={name}>{name}</span>
          <span class="figure">
            {formatNumber(value)}
            {total !== undefined && total > 0 && <small>{formatShare(value / total)}</small>}
          </span>
          <Meter share={most > 0 ? value / most : 0} />
        </li>
      ))}
    </ol>
  );
}
