/** What a test gives to `loadSettings`, in few words. */
import { throws } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import type { SettingSources } from "../../../lib/config/gather.ts";
import { loadSettings, type Settings } from "../../../lib/config/settings.ts";

/** Sources of which each may be left away; the file is called `app.cfg`. */
export interface Given {
  /** Values by `section.key`; each is said to come from a flag called `--key`. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly properties?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: string;
}

function sourcesOf({ flags = {}, properties = [], environment = {}, file }: Given): SettingSources {
  return {
    flags: Object.entries(flags).map(([setting, value]) => ({
      setting,
      flag: `--${setting.split(".").at(-1)}`,
      value,
    })),
    properties,
    environment,
    file: file === undefined ? undefined : { path: "app.cfg", text: file },
  };
}

/** The settings that these sources make. */
export function load(given: Given = {}): Settings {
  return loadSettings(sourcesOf(given));
}

/** The error that these sources make. */
export function refusal(given: Given): SfcrimeError {
  let error: unknown;
  throws(() => load(given), (thrown) => {
    error = thrown;
    return thrown instanceof SfcrimeError;
  });
  return error as SfcrimeError;
}
