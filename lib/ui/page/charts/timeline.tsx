/**
 * Lines over time, on a canvas. It is as wide as its place, and redrawn in other colors when the reader's system goes
 * from light to dark. What the pointer is at is reported, so that the figures are text outside of the canvas.
 */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { formatTick, type Unit } from "../text/format.ts";
import { timeRangeOf } from "./scale.ts";

/** A line, or a band of a stack. */
export interface Line {
  /** The CSS property that has its color. */
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** Whether the area below is filled. */
  readonly isFilled: boolean;
}

/** See the module's description. */
export interface TimelineProps {
  /** Times in milliseconds, ascending. */
  readonly timesMs: readonly number[];
  /** Drawn in this order: of a stack, the highest first. */
  readonly lines: readonly Line[];
  /** The lines across, from zero up. */
  readonly ticks: readonly number[];
  readonly unit: Unit;
  /** Event time is shown in UTC, other times in the reader's time zone. */
  readonly isEventTime?: boolean;
  readonly heightPx: number;
  /** The index of the time that the pointer is at; null if it is elsewhere. */
  readonly onPoint: (index: number | null) => void;
}

const AXIS_WIDTH_PX = 62;
const AXIS_HEIGHT_PX = 40;
/** Half of a time that stands below the right end of a line. */
const LAST_TIME_PX = 20;
/** Points are drawn while there are few. */
const POINTS_MAX = 60;

/** The height of what is above and below the lines. */
export const TIMELINE_MARGINS_PX = { top: 8, bottom: AXIS_HEIGHT_PX } as const;

/** See the module's description. */
export function Timeline(props: TimelineProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const { lines, heightPx, unit, isEventTime = false } = props;
  const colors = lines.map(({ color, isFilled }) => `${color}${isFilled ? "+" : ""}`).join();

  useEffect(() => {
    // Effects are cleaned up a little after the place is gone.
    const element = place.current!;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(latest, element), dataOf(latest.current), element);
    };
    make();
    const sized = new ResizeObserver(() =>
      plot.current?.setSize({ width: widthOf(element), height: latest.current.heightPx })
    );
    sized.observe(element);
    scheme.addEventListener("change", make);
    return () => {
      scheme.removeEventListener("change", make);
      sized.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [colors, heightPx, unit, isEventTime]);

  useEffect(() => plot.current?.setData(dataOf(props)));

  return <div class="timeline" ref={place} style={{ height: `${heightPx}px` }} aria-hidden="true" />;
}

function dataOf({ timesMs, lines }: TimelineProps): uPlot.AlignedData {
  return [timesMs.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])];
}

function widthOf({ clientWidth }: HTMLElement): number {
  return Math.max(1, clientWidth);
}

function optionsOf(latest: { readonly current: TimelineProps }, place: HTMLElement): uPlot.Options {
  const { lines, heightPx, unit, isEventTime = false } = latest.current;
  const styles = getComputedStyle(place);
  const color = (name: string) => styles.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color("--muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: color("--grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: widthOf(place),
    height: heightPx,
    padding: [TIMELINE_MARGINS_PX.top, LAST_TIME_PX, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    ...(isEventTime ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), "UTC") } : {}),
    scales: {
      x: { time: true, range: () => timeRangeOf(latest.current.timesMs) },
      y: { range: () => [0, latest.current.ticks.at(-1)!] },
    },
    axes: [
      { ...axis, size: AXIS_HEIGHT_PX, space: 80, values: TIMES },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        splits: () => [...latest.current.ticks],
        values: (_plot, ticks) => ticks.map((tick) => formatTick(tick, unit)),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => ({
        stroke: color(line.color),
        width: line.isFilled ? 1 : 1.5,
        points: { show: (plot) => plot.data[0].length <= POINTS_MAX && !line.isFilled, size: 4 },
        ...(line.isFilled ? { fill: color(line.color) } : {}),
      })),
    ],
    hooks: {
      setCursor: [({ cursor }) => latest.current.onPoint(cursor.idx ?? null)],
    },
  };
}

/** How times stand below a chart: in 24 hours, the day below the first time of it. */
const TIMES: (string | number | null)[][] = [
  [86_400 * 28, "{MMM} {YYYY}", null, null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", null, null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", null, null, null, null, null, null, 1],
  [0.001, "{HH}:{mm}:{ss}.{fff}", null, null, null, null, null, null, 1],
];
