/** The limits of a batch, from `[analyze]` and `[spark]`. */
import { SfcrimeError } from "../base/errors.ts";
import { specificApplies } from "../config/effective.ts";
import type { Settings } from "../config/settings.ts";

/** The minimum number of records, and how long to wait for them. */
export interface LeastRecords {
  readonly offsets: number;
  readonly delayMs: number;
}

/** The limits of a batch. */
export interface RateLimits {
  readonly maxOffsetsPerTrigger: number | undefined;
  /** Records per second and partition. */
  readonly maxRatePerPartition: number | undefined;
  /** No minimum by default. */
  readonly minOffsetsPerTrigger?: LeastRecords;
}

/**
 * The limits of an analysis. Those of `[spark]` apply if `[analyze]` has none.
 *
 * @throws {SfcrimeError} CONFIG for contradictory limits.
 */
export function rateLimitsOf(settings: Settings): RateLimits {
  const own = specificApplies(settings, "analyze.max_offsets_per_trigger", "spark.max_offsets_per_trigger");
  const { min_offsets_per_trigger: offsets, max_trigger_delay: delayMs } = settings.analyze;
  const most = (own ? settings.analyze : settings.spark).max_offsets_per_trigger;
  if (most !== undefined && offsets !== undefined && offsets > most) {
    const place = (name: string) => settings.provenance.get(name)!.place;
    const mostPlace = place(own ? "analyze.max_offsets_per_trigger" : "spark.max_offsets_per_trigger");
    throw new SfcrimeError(
      "CONFIG",
      `${place("analyze.min_offsets_per_trigger")}: min_offsets_per_trigger = ${offsets} is greater than ` +
        `max_offsets_per_trigger = ${most} (${mostPlace}).`,
      { hint: "No batch could ever be that large." },
    );
  }
  return {
    maxOffsetsPerTrigger: most,
    maxRatePerPartition: settings.spark.max_rate_per_partition,
    ...(offsets === undefined ? {} : { minOffsetsPerTrigger: { offsets, delayMs } }),
  };
}
