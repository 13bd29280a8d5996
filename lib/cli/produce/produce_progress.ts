/** How the progress of `produce` is shown: a progress bar on a terminal, log lines elsewhere. */
import { formatDuration } from "../../base/text/duration.ts";
import { formatBytes, formatCount, formatRate } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { currentLogging } from "../../base/log_levels.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import type { ProduceProgress } from "../../produce/produce_options.ts";
import type { Context } from "../context.ts";
import { cellsOf, fitLine } from "../terminal/fit_line.ts";
import type { Io } from "../io.ts";

/** Takes the current progress, as often as it changes. */
export interface ProgressReporter {
  update(progress: ProduceProgress): void;
  stop(): void;
}

const log = logger("produce");

/** The length of the bar, as the terminal has room; a shorter one would show nothing. */
const BAR_CELLS_MAX = 24;
const BAR_CELLS_MIN = 8;

/** The run to report on. */
export interface ReportedRun {
  readonly input: InputSource;
  /** Whether the input starts over at its end, so that there is no total to measure against. */
  readonly loop: boolean;
}

/** A bar on a terminal if the log is text, else a line about every `progress_interval` records. */
export function progressReporter({ io, settings }: Context, run: ReportedRun): ProgressReporter {
  const { level, format } = currentLogging();
  const showsBar = format === "text" && (level === "info" || level === "debug");
  return (showsBar ? barReporter(io, run) : undefined) ?? lineReporter(settings.kafka.progress_interval);
}

/** The least time between two lines, however fast records are sent. */
const LINE_MS_MIN = 5_000;

function lineReporter(everyRecords: number): ProgressReporter {
  let [next, nextMs] = [everyRecords, 0];
  return {
    update({ sent, elapsedMs, broken }) {
      if (sent < next || elapsedMs < nextMs) return;
      nextMs = elapsedMs + LINE_MS_MIN;
      next = sent - (sent % everyRecords) + everyRecords;
      const trouble = broken > 0 ? `, ${formatCount(broken)} broken` : "";
      log.info(`${formatCount(sent)} records sent (${formatRate(sent, elapsedMs)}/s${trouble})`, {
        sent,
        elapsedMs,
      });
    },
    stop() {},
  };
}

function barReporter(io: Io, run: ReportedRun): ProgressReporter | undefined {
  let latest: ProduceProgress | undefined;
  const view = io.showView("stderr", {
    place: "line",
    draw: ({ columns }) => [fitLine(progressBar(latest, run, columns), columns)],
  });
  if (view === undefined) return undefined;
  return {
    update(progress) {
      latest = progress;
      view.update();
    },
    stop: () => view.end(),
  };
}

/** One line, such as `██████░░░░░░  50%  3,401 records  900/s  1.6 MiB  4s left`. */
function progressBar(progress: ProduceProgress | undefined, run: ReportedRun, columns: number): string {
  const { sent = 0, sentBytes = 0, elapsedMs = 0 } = progress ?? {};
  const share = progress === undefined ? undefined : shareDone(progress, run);
  const parts = [`${formatCount(sent)} records`, `${formatRate(sent, elapsedMs)}/s`, formatBytes(sentBytes)];
  if (share === undefined) return parts.join("  ");
  if (share > 0) parts.push(`${formatDuration(elapsedMs / share - elapsedMs)} left`);
  const text = `${String(Math.floor(share * 100)).padStart(3)}%  ${parts.join("  ")}`;
  const width = Math.min(BAR_CELLS_MAX, columns - cellsOf(text) - 1);
  return width < BAR_CELLS_MIN ? text.trimStart() : `${bar(share, width)} ${text}`;
}

function bar(share: number, cells: number): string {
  const done = Math.floor(share * cells);
  return "█".repeat(done) + "░".repeat(cells - done);
}

/**
 * By records if their number is known, else by the bytes read of the file; undefined if there is no end, or no
 * known one.
 */
function shareDone({ sent, expected }: ProduceProgress, { input, loop }: ReportedRun): number | undefined {
  if (expected !== undefined) return Math.min(1, sent / expected);
  if (loop || input.sizeBytes === undefined || input.sizeBytes === 0) return undefined;
  return Math.min(1, input.bytesRead / input.sizeBytes);
}
