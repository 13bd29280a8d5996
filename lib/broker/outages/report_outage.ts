/** Logs when Kafka stops responding, and when it responds again. */
import type { Clock } from "../../base/clock.ts";
import { formatDuration } from "../../base/text/duration.ts";
import { logger } from "../../base/log.ts";
import type { OutageNews } from "./outage_watch.ts";

const log = logger("kafka");

/** Logs a report; the clock says when retries end. */
export function reportOutage(news: OutageNews, clock: Clock): void {
  if (news.kind === "silent") log.warn(outageText(news, clock.nowMs()), { ...news });
  else log.info(`Kafka is back after ${wholeSeconds(news.afterMs)}.`, { ...news });
}

/**
 * The message about an outage.
 *
 * @param nowMs The wall-clock time, for the time when retries end.
 */
export function outageText(
  { servers, silentMs, leftMs, refusal }: Extract<OutageNews, { kind: "silent" }>,
  nowMs: number,
): string {
  const what = refusal === undefined ? "has not answered" : "has returned only errors";
  const reason = refusal === undefined ? "" : ` (${refusal.replace(/\.$/, "")})`;
  const until = new Date(nowMs + leftMs).toTimeString().slice(0, "hh:mm:ss".length);
  return `Kafka at ${servers.join(", ")} ${what} for ${wholeSeconds(silentMs)}${reason}; ` +
    `retrying until ${until}.`;
}

function wholeSeconds(ms: number): string {
  return formatDuration(Math.floor(ms / 1_000) * 1_000);
}
