/** How the progress of `produce` is shown: a bar on a terminal, a log line now and then elsewhere. */
import { formatDuration } from "../base/duration.ts";
import { formatBytes, formatCount, formatRate } from "../base/format.ts";
import { logger } from "../base/log.ts";
import type { InputSource } from "../produce/input_source.ts";
import type { ProduceProgress } from "../produce/produce.ts";
import type { Context } from "./context.ts";

/** Takes the state of things, as often as it likes. */
export interface ProgressReporter {
  update(progress: ProduceProgress): void;
  stop(): void;
}

const log = logger("produce");

/** A bar where stderr is a terminal and log lines are for people, else lines every `progress_interval` records. */
export async function progressReporter(context: Context, input: InputSource): Promise<ProgressReporter> {
  const { io, settings } = context;
  const showsBar = io.stderrIsTerminal && settings.logging.format === "text" &&
    settings.logging.level === "info";
  return showsBar ? await barReporter(context, input) : lineReporter(settings.kafka.progress_interval);
}

function lineReporter(everyRecords: number): ProgressReporter {
  let next = everyRecords;
  return {
    update({ sent, elapsedMs, broken }) {
      if (sent < next) return;
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

async function barReporter({ io }: Context, input: InputSource): Promise<ProgressReporter> {
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} {percentage}%  {sent} records  {rate}/s  {size}  {left}",
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    fps: 8,
  }, cliProgress.Presets.shades_classic);
  bar.start(1_000, 0, { sent: "0", rate: "-", size: "0 B", left: "" });
  return {
    update(progress) {
      const { sent, sentBytes, elapsedMs } = progress;
      const share = shareDone(progress, input);
      bar.update(Math.floor((share ?? 0) * 1_000), {
        sent: formatCount(sent),
        rate: formatRate(sent, elapsedMs),
        size: formatBytes(sentBytes),
        left: share === undefined || share === 0
          ? ""
          : `${formatDuration(elapsedMs / share - elapsedMs)} left`,
      });
    },
    stop() {
      bar.stop();
      io.writeError("");
    },
  };
}

/** By records where their number is known, else by the bytes of the file that have been read. */
function shareDone({ sent, expected }: ProduceProgress, input: InputSource): number | undefined {
  if (expected !== undefined) return Math.min(1, sent / expected);
  if (input.sizeBytes === undefined || input.sizeBytes === 0) return undefined;
  return Math.min(1, input.bytesRead / input.sizeBytes);
}
