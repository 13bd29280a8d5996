/** Which queries of the settings an analysis runs. */
import { SfcrimeError } from "../base/errors.ts";
import type { Problems } from "../base/problems.ts";
import { didYouMean } from "../base/text/nearest.ts";
import type { Settings } from "../config/settings.ts";

/** What is asked for. */
export interface QueryChoice {
  /** Their names; all of them if there is none. */
  readonly names: readonly string[];
  /** Whether those are among them that run only with the dashboard. */
  readonly hasUi: boolean;
  readonly problems: Problems;
}

/** The names of the queries to run, in the order of the settings or of the choice; what is wrong is added. */
export function chosenQueries(
  { queries }: Settings,
  { names, hasUi, problems }: QueryChoice,
): readonly string[] {
  const known = Object.keys(queries);
  const runs = (name: string) => hasUi || !queries[name]!.ui_only;
  if (names.length === 0) {
    const chosen = known.filter(runs);
    if (chosen.length === 0 && known.length > 0) problems.add(needsUi("All queries run"));
    return chosen;
  }
  return [...new Set(names)].filter((name) => {
    if (!known.includes(name)) {
      problems.add(
        new SfcrimeError("USAGE", `Query ${name} does not exist.`, { hint: didYouMean(name, known) }),
      );
      return false;
    }
    if (!runs(name)) problems.add(needsUi(`Query ${name} runs`));
    return runs(name);
  });
}

function needsUi(subject: string): SfcrimeError {
  return new SfcrimeError("USAGE", `${subject} only with the dashboard.`, { hint: "Add --ui." });
}
