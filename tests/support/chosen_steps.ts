/** Some of the steps of all tests, by their names: `--only unit,lint`. */
import type { Step } from "./step.ts";

/** How steps are chosen. */
export interface Choice {
  /** The names, with commas between them. */
  readonly only: string;
  /** What every step with tests needs, if it is among the steps. */
  readonly needed: Step;
}

/**
 * The steps of these names, in their usual order.
 *
 * @throws {Error} If there is no step of a name.
 */
export function chosenSteps(steps: readonly Step[], { only, needed }: Choice): Step[] {
  const names = only.split(",");
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `There is no step "${unknown}": it is one of ${steps.map(({ name }) => name).join(", ")}.`,
    );
  }
  const chosen = steps.filter(({ name }) => names.includes(name));
  const needsMore = chosen.some(({ hasTests }) => hasTests === true) && !chosen.includes(needed);
  return needsMore && steps.includes(needed) ? [needed, ...chosen] : chosen;
}
