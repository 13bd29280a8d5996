/** The limits of a batch, from `[analyze]` and `[spark]`. */
import { SfcrimeError } from "../../base/errors.ts";
import { specificApplies } from "../../config/effective.ts";
import type { Settings } from "../../config/settings.ts";
import type { RateLimits } from "../../stream/time/rate_limit.ts";

/**
 * The limits of an analysis. Those of `[spark]` apply if `[analyze]` has none.
 *
 * @throws {SfcrimeError} CONFIG for contradictory limits.
 */
export function rateLimitsOf(settings: Settings): RateLimits {
  const own = specificApplies(settings, "analyze.max_offsets_per_trigger", "spark.max_offsets_per_trigger");
  const { min_offsets_per_trigger: least, max_trigger_delay: maxTriggerDelayMs } = settings.analyze;
  const most = (own ? settings.analyze : settings.spark).max_offsets_per_trigger;
  if (most !== undefined && least !== undefined && least > most) {
    const place = (name: string) => settings.provenance.get(name)!.place;
    const mostPlace = place(own ? "analyze.max_offsets_per_trigger" : "spark.max_offsets_per_trigger");
    throw new SfcrimeError(
      "CONFIG",
      `${place("analyze.min_offsets_per_trigger")}: min_offsets_per_trigger = ${least} is greater than ` +
        `max_offsets_per_trigger = ${most} (${mostPlace}).`,
      { hint: "No batch could ever be that large." },
    );
  }
  return {
    maxOffsetsPerTrigger: most,
    maxRatePerPartition: settings.spark.max_rate_per_partition,
    minOffsetsPerTrigger: least,
    maxTriggerDelayMs,
  };
}
