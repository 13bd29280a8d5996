/** Simulates a seed twice; where something is found, it leaves out faults as long as something is. */
import { tempDir } from "../support/temp_dir.ts";
import { type Faults, NO_FAULTS, type Scenario, scenarioOf } from "./scenario.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** What came of a seed. */
export interface Checked extends Outcome {
  /** With as few faults as something is found with. */
  readonly scenario: Scenario;
}

/** See the module's description. */
export async function check(seed: number): Promise<Checked> {
  const scenario = scenarioOf(seed);
  const first = await inDirectory(scenario);
  const second = await inDirectory(scenario);
  const differs = first.trace.findIndex((line, index) => line !== second.trace[index]);
  if (differs >= 0 || first.trace.length !== second.trace.length) {
    const found = `differs from itself at event ${differs}: ${first.trace[differs]} / ${
      second.trace[differs]
    }`;
    return { ...first, scenario, findings: [found] };
  }
  return first.findings.length === 0 ? { ...first, scenario } : await reduced(scenario, first);
}

async function reduced(scenario: Scenario, outcome: Outcome): Promise<Checked> {
  let found: Checked = { ...outcome, scenario };
  for (const fault of Object.keys(NO_FAULTS) as (keyof Faults)[]) {
    const { faults } = found.scenario;
    if (faults[fault] === NO_FAULTS[fault]) continue;
    const without = { ...found.scenario, faults: { ...faults, [fault]: NO_FAULTS[fault] } };
    const next = await inDirectory(without);
    if (next.findings.length > 0) found = { ...next, scenario: without };
  }
  return found;
}

async function inDirectory(scenario: Scenario): Promise<Outcome> {
  await using directory = await tempDir();
  return await simulate(scenario, directory.path);
}
