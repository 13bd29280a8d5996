/** Plans the dashboard. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Settings } from "../../config/settings.ts";

/** Where the dashboard is served, and to whom. */
export interface UiPlan {
  readonly hostname: string;
  /** The first port to try; 0 picks a free one. */
  readonly port: number;
  /** What clients need to have; undefined if anybody on this machine may look. */
  readonly token: string | undefined;
  /** Queries with a greater lag are behind; undefined if none are. */
  readonly lagRecordsMax: number | undefined;
}

/**
 * The dashboard, whether the settings ask for it in an analysis or not.
 *
 * @throws {SfcrimeError} CONFIG if other machines could see the results without a token.
 */
export function planUi({ ui, provenance }: Settings): UiPlan {
  if (ui.token === undefined && !isLoopback(ui.host)) {
    const place = provenance.get("ui.host")!.place;
    throw new SfcrimeError("CONFIG", `${place}: other machines could reach the dashboard at ${ui.host}.`, {
      hint: "Set [ui] token, or leave [ui] host at 127.0.0.1.",
    });
  }
  return { hostname: ui.host, port: ui.port, token: ui.token, lagRecordsMax: ui.lag_limit };
}

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
