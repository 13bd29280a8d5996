import { deepEqual, equal, match, ok } from "assert";
import fc from "fast-check";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { renderSettings } from "../../../lib/cli/config.ts";
import { CLIENT_PROPERTY_REFERENCE, type ClientProperty } from "../../../lib/config/properties/reference.ts";
import { withSecretsRead } from "../../../lib/base/files/read_named.ts";
import { openSecretsWarning } from "../../../lib/config/properties/secrets.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { type Given, load, refusal } from "./sources.ts";

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
    { numRuns: 1_000 },
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

Deno.test("Every client property that is secret may be in a file, whose path is shown", () => {
  const properties: Readonly<Record<string, ClientProperty>> = CLIENT_PROPERTY_REFERENCE;
  const secrets = Object.keys(properties).filter((key) => properties[key]!.secret === true);
  ok(secrets.length >= 2);
  // A key in PEM has its file in ssl.key.location.
  for (const key of secrets.filter((key) => key !== "ssl.key.pem")) {
    ok(`${key}_file` in properties, key);
    const shown = renderSettings(load({ properties: [`${key}_file=/run/secrets/one`] }));
    ok(shown.includes(`\n${key}_file = /run/secrets/one\n`), shown);
  }
});

Deno.test("Of a secret and its file, the one with the higher precedence applies; two in one source are an error", () => {
  const chosen = (given: Given) => {
    const { registry, clientProperties } = load(given);
    return [{ ...clientProperties }, registry.token, registry.token_file];
  };
  const file = "[kafka]\nsasl.password = old\n[registry]\ntoken_file = t\n";
  const environment = { SFCRIME_KAFKA_SASL_PASSWORD_FILE: "p", SFCRIME_REGISTRY_TOKEN: "new" };
  deepEqual(chosen({ file, environment }), [{ "sasl.password_file": "p" }, "new", undefined]);
  deepEqual(chosen({ file, environment, properties: ["sasl.password=newest"] }), [
    { "sasl.password": "newest" },
    "new",
    undefined,
  ]);
  const { message, hint } = refusal({
    file: "[kafka]\nsasl.password = swordfish\nsasl.password_file = p\n[ui]\ntoken = t\ntoken_file = t\n",
  });
  ok(
    message.includes("app.cfg:2 and app.cfg:3: both sasl.password and sasl.password_file are set."),
    message,
  );
  ok(message.includes("app.cfg:5 and app.cfg:6: both token and token_file are set."), message);
  ok(!`${message}${hint}`.includes("swordfish"));
});

Deno.test("A secret is what its file has, without the last line break; a file that is not there or empty is named", async () => {
  await using directory = await tempDir();
  const at = async (name: string, text: string) => {
    await Deno.writeTextFile(`${directory.path}/${name}`, text);
    return `${directory.path}/${name}`;
  };
  const password = async (text: string) =>
    withSecretsRead({ "sasl.password_file": await at("secret", text), "sasl.username": "me" });
  for (const end of ["", "\n", "\r\n"]) {
    deepEqual(await password(` sword fish ${end}`), {
      "sasl.username": "me",
      "sasl.password": " sword fish ",
    });
  }
  const message = (path: string) => {
    try {
      withSecretsRead({ "ssl.key.password_file": path });
      return "";
    } catch (error) {
      ok(error instanceof SfcrimeError);
      return error.message;
    }
  };
  equal(message(await at("empty", "\n")), `ssl.key.password_file: ${directory.path}/empty is empty.`);
  match(message("/gone"), /^ssl\.key\.password_file: cannot read \/gone: /);
});

Deno.test("Secrets on the command line are warned about, each with its file and variable; others are not", () => {
  const warning = (given: Given) => openSecretsWarning(load(given).provenance);
  equal(
    warning({ properties: ["sasl.password=swordfish", "registry.token=swordfish", "kafka.topic=t"] }),
    "-X registry.token, -X sasl.password: other users of this machine can see it in the list of processes. " +
      "Set registry.token_file or SFCRIME_REGISTRY_TOKEN, " +
      "sasl.password_file or SFCRIME_KAFKA_SASL_PASSWORD instead.",
  );
  match(
    warning({ flags: { "spark.remote": "sc://h/;token=swordfish" } })!,
    /^--remote: .*SFCRIME_SPARK_REMOTE/,
  );
  equal(warning({ properties: ["sasl.password_file=p", "sasl.username=me"] }), undefined);
  equal(
    warning({ file: "[kafka]\nsasl.password = x", environment: { SFCRIME_KAFKA_SSL_KEY_PASSWORD: "x" } }),
    undefined,
  );
});
