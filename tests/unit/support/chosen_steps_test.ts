import { deepEqual, throws } from "assert";
import { chosenSteps } from "../../support/chosen_steps.ts";

const BUNDLE = { name: "bundle", args: [] };
const UNIT = { name: "unit", args: [], hasTests: true } as const;
const LINT = { name: "lint", args: [] };
const STEPS = [BUNDLE, UNIT, LINT];

Deno.test("Chosen steps keep their order, and steps with tests bring what they need, if it is there", () => {
  const chosen = (only: string, steps = STEPS) => chosenSteps(steps, { only, needed: BUNDLE });
  deepEqual(chosen("lint"), [LINT]);
  deepEqual(chosen("lint,unit"), STEPS);
  deepEqual(chosen("bundle,unit"), [BUNDLE, UNIT]);
  deepEqual(chosen("unit", [UNIT, LINT]), [UNIT]);
  throws(() => chosen("unit,fmt"), /There is no step "fmt": it is one of bundle, unit, lint\./);
});
