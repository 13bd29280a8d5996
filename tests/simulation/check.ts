/**
 * Simulates a scenario, twice where that is asked for or something is found; then it leaves out as much as it can as
 * long as something is found.
 */
import { tempDir } from "../support/temp_dir.ts";
import { type Faults, NO_FAULTS, type Scenario } from "./scenario.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** How many smaller scenarios are tried. */
const TRIES_MAX = 100;

/** What came of a scenario. */
export interface Checked extends Outcome {
  /** As small as something is found with. */
  readonly scenario: Scenario;
}

/** How a scenario is checked. */
export interface CheckOptions {
  /** Whether it is simulated twice in any case, to see that the same happens again. */
  readonly isRepeated: boolean;
}

/** See the module's description. */
export async function check(scenario: Scenario, { isRepeated }: CheckOptions): Promise<Checked> {
  const first = await inDirectory(scenario);
  if (!isRepeated && first.findings.length === 0) return { ...first, scenario };
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
  let candidates = smaller(scenario);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { value: candidate, done } = candidates.next();
    if (done === true) break;
    const next = await inDirectory(candidate);
    if (next.findings.length === 0) continue;
    found = { ...next, scenario: candidate };
    candidates = smaller(candidate);
  }
  return found;
}

/** Scenarios in which less happens. */
function* smaller(scenario: Scenario): Generator<Scenario, void> {
  const { faults, queries } = scenario;
  for (const fault of Object.keys(NO_FAULTS) as (keyof Faults)[]) {
    if (faults[fault] === NO_FAULTS[fault]) continue;
    yield { ...scenario, faults: { ...faults, [fault]: NO_FAULTS[fault] } };
  }
  if (faults.runs > 1) yield { ...scenario, faults: { ...faults, runs: faults.runs - 1 } };
  if (queries.length > 1) {
    for (const query of queries) yield { ...scenario, queries: queries.filter((other) => other !== query) };
  }
  for (const count of ["appends", "recordsMax", "workers", "partitions"] as const) {
    if (scenario[count] > 1) yield { ...scenario, [count]: Math.floor(scenario[count] / 2) };
  }
}

async function inDirectory(scenario: Scenario): Promise<Outcome> {
  await using directory = await tempDir({ inMemory: true });
  return await simulate(scenario, directory.path);
}
