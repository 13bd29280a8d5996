/** The schema registry, where one is set: whether it answers, and whether schemas can be registered there. */
import { formatDuration } from "../../../base/text/duration.ts";
import { registryOf } from "../../../plan/schemas/registry_settings.ts";
import type { Context } from "../../context.ts";
import { type AreaFinding, good, warning } from "./finding.ts";

/** See the module's description. @throws {SfcrimeError} If it is not reached, or refuses to answer. */
export async function checkRegistry({ settings, io: { host } }: Context): Promise<readonly AreaFinding[]> {
  const registry = registryOf(settings, host);
  if (registry === undefined) return [];
  const startMs = host.monotonicMs();
  const kinds = await registry.kinds();
  const reach = formatDuration(host.monotonicMs() - startMs);
  const mode = await registry.mode();
  const { url } = registry.address;
  if (mode?.startsWith("READONLY")) {
    return [warning(
      `Schema registry ${url} is read-only (${mode}): produce cannot register new schemas there.`,
      "Name the registry that takes them in [registry] url, or let its operator set the mode READWRITE.",
    )];
  }
  const parts = [
    `answered within ${reach}`,
    kinds.toSorted().join(", "),
    ...mode === undefined ? [] : [mode],
  ];
  return [good(`Schema registry ${url}: ${parts.join(", ")}`, { kinds, mode: mode ?? null })];
}
