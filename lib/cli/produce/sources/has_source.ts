/** Whether `produce` reads a data set, rather than files. */
import type { Settings } from "../../../config/settings.ts";

/** Files that are named on the command line take the place of a source that the file of settings has. */
export function hasSource({ producer, provenance }: Settings): boolean {
  if (producer.source === undefined) return false;
  const isOnLine = (key: string) => provenance.get(`producer.${key}`)?.origin === "flag";
  return isOnLine("source") || !isOnLine("input");
}
