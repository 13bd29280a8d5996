import { deepEqual, equal, ok } from "assert";
import { isTypedByHand, nearVariables } from "../../../lib/config/near_variables.ts";
import { ENVIRONMENT_NAMES } from "../../../lib/config/environment.ts";
import { programFlags } from "../../support/task.ts";

const SERVERS = "SFCRIME_KAFKA_BOOTSTRAP_SERVERS";

/** What is meant when this variable alone is set. */
function meantBy(variable: string): string | undefined {
  return nearVariables((name) => name === variable)[0]?.meant;
}

Deno.test("A variable is never taken for another one that the program reads", () => {
  deepEqual(nearVariables((name) => ENVIRONMENT_NAMES.includes(name)), []);
});

Deno.test("A name with one wrong letter is found: of the servers any, of all others one that is missing or swapped", () => {
  for (let at = "SFCRIME_".length; at < SERVERS.length; at++) {
    equal(meantBy(`${SERVERS.slice(0, at)}X${SERVERS.slice(at + 1)}`), SERVERS);
    equal(meantBy(`${SERVERS.slice(0, at)}Q${SERVERS.slice(at)}`), SERVERS);
  }
  for (const name of ENVIRONMENT_NAMES.filter(isTypedByHand)) {
    // Which of two is meant that are near the same name, nobody can know.
    const isKnown = (variable: string) => ENVIRONMENT_NAMES.includes(variable);
    const last = name.slice(0, -1);
    ok(isKnown(last) || meantBy(last) !== undefined, last);
    const swapped = `${name.slice(0, -2)}${name.at(-1)}${name.at(-2)}`;
    ok(swapped === name || meantBy(swapped) === name, swapped);
  }
});

Deno.test("A section that is missing or another one, a plural, and the names of other programs are found", () => {
  for (
    const [variable, meant] of [
      ["SFCRIME_KAFKA_BOOTSTRAP_SERVER", SERVERS],
      ["SFCRIME_BOOTSTRAP_SERVERS", SERVERS],
      ["SFCRIME_BOOTSTRAP_SERVER", SERVERS],
      ["SFCRIME_KAFKA_BROKERS", SERVERS],
      ["KAFKA_BOOTSTRAP_SERVERS", SERVERS],
      ["SFCRIME_KAFKA_TOPICS", "SFCRIME_KAFKA_TOPIC"],
      ["SFCRIME_TOPIC", "SFCRIME_KAFKA_TOPIC"],
      ["SFCRIME_PRODUCER_TOPIC", "SFCRIME_KAFKA_TOPIC"],
      ["SFCRIME_TRIGGER", "SFCRIME_ANALYZE_TRIGGER"],
      ["SFCRIME_DATADIR", "SFCRIME_DATA_DIR"],
      ["SFCRIME_CONFIG_FILE", "SFCRIME_CONFIG"],
      ["SFCRIME_KAFKA_SASL_PASWORD", "SFCRIME_KAFKA_SASL_PASSWORD"],
    ] as const
  ) equal(meantBy(variable), meant, variable);
});

Deno.test("Only names are asked for that the program may read, each once, and not too many", () => {
  const words = programFlags().find((word) => word.startsWith("--allow-env="))!;
  const allowed = words.slice("--allow-env=".length).split(",");
  const asked: string[] = [];
  nearVariables((name) => {
    asked.push(name);
    return false;
  });
  equal(new Set(asked).size, asked.length);
  ok(asked.length < 8_000, `${asked.length}`);
  for (const name of asked) ok(name.startsWith("SFCRIME_") || allowed.includes(name), name);
});
