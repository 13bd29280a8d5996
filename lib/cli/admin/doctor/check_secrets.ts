/** Whether other users of this machine can read the files that have secrets. */
import { shown } from "../../../config/gather.ts";
import type { Context } from "../../context.ts";
import { type AreaFinding, warning } from "./finding.ts";

/** Settings with the path of a file that is secret as a whole. */
const SECRET_FILE = /(?:password|token|secret)_file$|^ssl\.key\.location$/;

/** What the runtime of a container mounts, for its one user. */
const MOUNTED = /^\/run\/secrets\//;

const READABLE_BY_OTHERS = 0o004;

/** See the module's description. */
export function checkSecrets({ settings: { provenance } }: Context): readonly AreaFinding[] {
  const keysOf = new Map<string, string[]>();
  for (const [name, { origin, place, raw }] of provenance) {
    if (origin === "default" || raw === "") continue;
    const key = name.slice(name.indexOf(".") + 1);
    const isInFile = origin === "file" && shown(key, raw) === "(hidden)";
    const path = SECRET_FILE.test(key) ? raw : isInFile ? place.replace(/:\d+$/, "") : undefined;
    if (path !== undefined) keysOf.set(path, [...keysOf.get(path) ?? [], key]);
  }
  return [...keysOf].filter(([path]) => !MOUNTED.test(path) && isOpen(path)).map(([path, keys]) =>
    warning(
      `All users of this machine can read ${path}, which has secrets: ${keys.join(", ")}.`,
      `chmod o-r ${path}`,
    )
  );
}

function isOpen(path: string): boolean {
  try {
    const { mode } = Deno.statSync(path);
    // Windows has none.
    return mode !== null && (mode & READABLE_BY_OTHERS) !== 0;
  } catch {
    // Whoever needs it says that it is missing.
    return false;
  }
}
