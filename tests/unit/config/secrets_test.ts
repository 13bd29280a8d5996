import { ok } from "assert";
import fc from "fast-check";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { renderSettings } from "../../../lib/cli/config.ts";
import { type Given, load } from "./sources.ts";

/** Long enough that no message holds it by chance, and of any characters that may stand in a password. */
const secretText = fc.string({ unit: "grapheme-ascii", minLength: 6, maxLength: 30 })
  .map((text) => `${text.trim()}\u00a7`)
  .filter((text) => text.length > 6 && !/^[#;[]/.test(text));

const name = fc.constantFrom("sasl.password", "ssl.key.password");

/** Places where a secret stands, right or wrong. */
const given: fc.Arbitrary<readonly [secret: string, given: Given]> = fc.tuple(secretText, name).chain((
  [secret, key],
) =>
  fc.constantFrom<Given>(
    { file: `[kafka]\n${key} = ${secret}\n` },
    { file: `[kafka]\n${key} =\n  ${secret}\n` },
    { environment: { [`SFCRIME_KAFKA_${key}`.replaceAll(".", "_").toUpperCase()]: secret } },
    { properties: [`${key}=${secret}`] },
    // In a form, at a place, or under a name that is wrong.
    { file: `[kafka]\n${key}\t${secret.replaceAll("=", "")}\n` },
    { file: `[kafka]\n${key}: ${secret.replaceAll("=", "")}\n` },
    { file: `[kafka]\n${key} =\n${secret.replaceAll("=", "")}\n` },
    { file: `[kafka]\n${key} = ${secret}\n${key} = ${secret}\n` },
    { file: `[consumer]\n${key} = ${secret}\n` },
    { file: `[kafak]\n${key} = ${secret}\n` },
    { file: `${key} = ${secret}\n` },
    { file: `[kafka]\n${key.replace("ss", "s")} = ${secret}\n` },
    { file: `[kafka]\n${key.replace("word", "")} = ${secret}\n` },
    { file: `[kafka]\n${key} = ${secret}\nnum_partitions = none\n` },
    { properties: [`${key}:${secret.replaceAll("=", "")}`] },
    { properties: [`${key} ${secret.replaceAll("=", "")}`] },
    { properties: [`=${secret}`] },
    { properties: [`${key.replace("ss", "s")}=${secret}`] },
  ).map((sources) => [secret, sources] as const)
);

/** All that a user could be shown of what was given, with the stacks that `--log-level debug` adds. */
function shownOf(sources: Given): string {
  try {
    return renderSettings(load(sources));
  } catch (error) {
    ok(error instanceof SfcrimeError, String(error));
    const causes: string[] = [];
    for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(at.message, at.stack ?? "");
    return [...causes, error.hint].join("\n");
  }
}

Deno.test("A secret is shown neither by config show nor by any error, whatever is wrong around it", () => {
  fc.assert(
    fc.property(given, ([secret, sources]) => {
      const shown = shownOf(sources);
      const bare = secret.replaceAll("=", "");
      ok(!shown.includes(secret) && !shown.includes(bare), `${JSON.stringify(sources)}\n${shown}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("A secret that is given is said to be there, but hidden", () => {
  const shown = renderSettings(load({ properties: ["sasl.password=swordfish", "sasl.username=me"] }));
  ok(shown.includes("# flag: -X sasl.password\nsasl.password = (hidden)\n"), shown);
  ok(shown.includes("sasl.username = me\n"));
});

Deno.test("The token of the dashboard is hidden, also when it is refused as too short", () => {
  const shown = shownOf({ file: "[ui]\ntoken = swordfish swordfish\n" });
  ok(shown.includes("app.cfg:2: [ui] token = (hidden): expected at least 16 ASCII characters"), shown);
  ok(!shown.includes("swordfish"), shown);
  const kept = shownOf({ environment: { SFCRIME_UI_TOKEN: "swordfish-swordfish" } });
  ok(kept.includes("token = (hidden)") && !kept.includes("swordfish"), kept);
});
