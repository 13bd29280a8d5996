/**
 * A chart as Spark's page has it: its name, the timeline, the histogram, and its figures as text and as a table for
 * those who do not see the canvas.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatDayAndTime, formatTime, formatValue, type Unit } from "../text/format.ts";
import { histogram } from "./histogram.ts";
import { HistogramBars } from "./histogram_bars.tsx";
import { ticksUpTo } from "./scale.ts";
import { type Line, Timeline } from "./timeline.tsx";

/** A line, or a band, with its name. */
export interface NamedLine {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
}

/** See the module's description. */
export interface ChartCardProps {
  readonly title: string;
  readonly unit: Unit;
  readonly timesMs: readonly number[];
  /** What each time stands for, such as `batch 7`. */
  readonly labels: readonly string[];
  /** One line; or the bands of a stack, the lowest first. */
  readonly lines: readonly NamedLine[];
}

const HEIGHT_PX = 176;

/** See the module's description. */
export function ChartCard({ title, unit, timesMs, labels, lines }: ChartCardProps) {
  const [point, setPoint] = useState<number | null>(null);
  const isStack = lines.length > 1;
  const totals = timesMs.map((_, index) => sumAt(lines, index));
  const known = totals.filter((value) => value !== null);
  const ticks = ticksUpTo(Math.max(0, ...known), unit);
  const shown = point !== null && point < timesMs.length ? point : lastWith(totals);
  return (
    <figure class="card chart" aria-label={title}>
      <figcaption>
        <h4>{title}</h4>
        <p class="readout">
          {shown === null ? "No batches yet" : (
            <>
              <strong>{formatValue(totals[shown]!, unit)}</strong>{" "}
              <span>{labels[shown]}, {formatTime(timesMs[shown]!)}</span>
            </>
          )}
        </p>
      </figcaption>
      {isStack && (
        <ul class="legend">
          {lines.map(({ name, color, values }) => (
            <li key={name}>
              <Swatch color={color} />
              {name}
              <b>{formatValue(shown === null ? null : values[shown] ?? null, unit)}</b>
            </li>
          ))}
        </ul>
      )}
      <div class="plots">
        <Timeline
          timesMs={timesMs}
          lines={isStack ? stacked(lines) : lines.map((line) => ({ ...line, isFilled: false }))}
          ticks={ticks}
          unit={unit}
          heightPx={HEIGHT_PX}
          onPoint={setPoint}
        />
        <HistogramBars bins={histogram(totals, ticks.at(-1)!)} heightPx={HEIGHT_PX} />
      </div>
      <Figures name={title}>
        {() => (
          <>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Batch</th>
                {lines.map(({ name }) => <th scope="col" class="number" key={name}>{name}</th>)}
              </tr>
            </thead>
            <tbody>
              {timesMs.map((ms, index) =>
                totals[index] === null ? null : (
                  <tr key={index}>
                    <td>{formatDayAndTime(ms)}:{String(new Date(ms).getSeconds()).padStart(2, "0")}</td>
                    <td>{labels[index]}</td>
                    {lines.map(({ name, values }) => (
                      <td class="number" key={name}>{formatValue(values[index] ?? null, unit)}</td>
                    ))}
                  </tr>
                )
              ).reverse()}
            </tbody>
          </>
        )}
      </Figures>
    </figure>
  );
}

/** A table of the figures of a chart, made when it is opened. */
export function Figures(
  { name, children }: { readonly name: string; readonly children: () => ComponentChildren },
) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Figures<span class="unseen">of {name}</span>
      </summary>
      {isOpen && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Figures of ${name}`}>
          <table>{children()}</table>
        </div>
      )}
    </details>
  );
}

/** The color of a line, in a legend. */
export function Swatch({ color }: { readonly color: string }) {
  return (
    <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect width="10" height="10" rx="2" style={{ fill: `var(${color})` }} />
    </svg>
  );
}

function sumAt(lines: readonly NamedLine[], index: number): number | null {
  let sum: number | null = null;
  for (const { values } of lines) {
    const value = values[index] ?? null;
    if (value !== null) sum = (sum ?? 0) + value;
  }
  return sum;
}

function lastWith(values: readonly (number | null)[]): number | null {
  const index = values.findLastIndex((value) => value !== null);
  return index === -1 ? null : index;
}

/** Areas from zero up to each band's top, the highest first, so that the lower ones are drawn over it. */
function stacked(lines: readonly NamedLine[]): readonly Line[] {
  return lines.map(({ color }, index) => ({
    color,
    isFilled: true,
    values: lines[0]!.values.map((_, at) => sumAt(lines.slice(0, index + 1), at)),
  })).toReversed();
}
