/** Hours by days of the week: a table with colors, so it is read without seeing them, too. */
import { formatNumber, NONE } from "../text/format.ts";
import { type HeatMap, WEEKDAYS } from "./pivot.ts";

/** Colors, from the least to the most. */
const LEVELS = 8;

/** See the module's description. */
export function HeatMapTable({ map, name, isSmall }: {
  readonly map: HeatMap;
  readonly name: string;
  /** Whether there is room for colors only; the numbers are then for those who cannot see them. */
  readonly isSmall: boolean;
}) {
  const most = Math.max(0, ...map.flat().map((value) => value ?? 0));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${name} by hour and weekday`}>
      <table class={isSmall ? "heat small" : "heat"}>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => <th scope="col" key={hour}>{hour}</th>)}
          </tr>
        </thead>
        <tbody>
          {map.map((hours, day) => (
            <tr key={day}>
              <th scope="row">{WEEKDAYS[day]!.slice(0, 3)}</th>
              {hours.map((value, hour) => (
                <td
                  key={hour}
                  class={`level-${levelOf(value, most)}`}
                  title={`${WEEKDAYS[day]} ${hour}:00, ${value === null ? "no rows" : formatNumber(value)}`}
                >
                  <span class={isSmall ? "unseen" : undefined}>{value === null ? NONE : compact(value)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isSmall && (
        <p class="scale" aria-hidden="true">
          0
          {Array.from({ length: LEVELS }, (_, level) => <i key={level} class={`level-${level + 1}`} />)}
          {formatNumber(most)}
        </p>
      )}
    </div>
  );
}

function levelOf(value: number | null, most: number): number {
  return value === null || most <= 0 ? 0 : Math.min(LEVELS, Math.ceil(Math.max(0, value) / most * LEVELS));
}

const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

function compact(value: number): string {
  return COMPACT.format(value);
}
