/** Plans the dashboard. */
import { SfcrimeError } from "../../base/errors.ts";
import { readNamedSecret } from "../../base/files/read_named.ts";
import type { Settings } from "../../config/settings.ts";
import { token } from "../../config/values/values.ts";

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
 * @throws {SfcrimeError} CONFIG if other machines could see the results without a token; FILE_MISSING if the file with
 *   the token cannot be read.
 */
export function planUi({ ui, provenance }: Settings): UiPlan {
  const secret = ui.token_file === undefined ? ui.token : tokenIn(ui.token_file);
  if (secret === undefined && !isLoopback(ui.host)) {
    const place = provenance.get("ui.host")!.place;
    throw new SfcrimeError("CONFIG", `${place}: other machines could reach the dashboard at ${ui.host}.`, {
      hint: "Set [ui] token or token_file, or leave [ui] host at 127.0.0.1.",
    });
  }
  return { hostname: ui.host, port: ui.port, token: secret, lagRecordsMax: ui.lag_limit };
}

/** @throws {SfcrimeError} CONFIG if the file has no token that is long enough. */
function tokenIn(path: string): string {
  const parsed = token.schema.safeParse(readNamedSecret(path, "[ui] token_file"));
  if (parsed.success) return parsed.data;
  throw new SfcrimeError("CONFIG", `[ui] token_file: ${path} has (hidden): expected ${token.allowed}.`);
}

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
