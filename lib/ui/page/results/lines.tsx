/** A number over event time, one line for each name. */
import { useState } from "preact/hooks";
import { Figures, Swatch } from "../charts/chart_card.tsx";
import { ticksUpTo } from "../charts/scale.ts";
import { Timeline } from "../charts/timeline.tsx";
import { formatEventTime, formatNumber, NONE } from "../text/format.ts";
import type { Pivot } from "./pivot.ts";

/** As many colors as there are for lines; one is left for the others. */
export const LINES_MAX = 7;

const HEIGHT_PX = 280;
const SMALL_HEIGHT_PX = 230;

/** See the module's description. */
export function Lines({ pivot: { timesMs, lines }, name, isSmall }: {
  readonly pivot: Pivot;
  /** What the number is called. */
  readonly name: string;
  readonly isSmall: boolean;
}) {
  const [point, setPoint] = useState<number | null>(null);
  const shown = point !== null && point < timesMs.length ? point : timesMs.length - 1;
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.filter((value) => value !== null)));
  const colors = lines.map((_, index) => `--series-${index + 1}`);
  return (
    <div class="lines">
      <p class="readout">{timesMs.length === 0 ? "No rows yet" : formatEventTime(timesMs[shown]!)}</p>
      <ul class="legend">
        {lines.map((line, index) => (
          <li key={line.name}>
            <Swatch color={colors[index]!} />
            <span class="name" title={line.name}>{line.name === "" ? name : line.name}</span>
            <b>{formatted(line.values[shown])}</b>
          </li>
        ))}
      </ul>
      <Timeline
        timesMs={timesMs}
        lines={lines.map(({ values }, index) => ({ values, color: colors[index]!, isFilled: false }))}
        ticks={ticksUpTo(most, "rows")}
        unit="rows"
        isEventTime
        heightPx={isSmall ? SMALL_HEIGHT_PX : HEIGHT_PX}
        onPoint={setPoint}
      />
      <Figures name={name}>
        {() => (
          <>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {lines.map((line) => (
                  <th scope="col" class="number" key={line.name}>{line.name === "" ? name : line.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {timesMs.map((ms, index) =>
                lines.every(({ values }) => values[index] === null) ? null : (
                  <tr key={ms}>
                    <td>{formatEventTime(ms)}</td>
                    {lines.map((line) => (
                      <td class="number" key={line.name}>{formatted(line.values[index])}</td>
                    ))}
                  </tr>
                )
              ).reverse()}
            </tbody>
          </>
        )}
      </Figures>
    </div>
  );
}

function formatted(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : formatNumber(value);
}
