/**
 * Settings that are secret. Each has a second one, with `_file` after its name, for the path of a file that contains it:
 * a file can be readable by one user alone, and a command line can be read by all.
 */
import { environmentVariable } from "../environment.ts";
import { ORIGINS, type Problem, type Provenance, type RawValues, shown } from "../gather.ts";
import { REFERENCE } from "../reference/reference.ts";
import { PROPERTY } from "./foreign_properties.ts";
import { CLIENT_PROPERTY_REFERENCE } from "./reference.ts";

const FILE_SUFFIX = "_file";

/** The keys that have another one for a file. */
function withFiles(keys: readonly string[]): string[] {
  return keys.filter((key) => keys.includes(`${key}${FILE_SUFFIX}`));
}

/** All secrets, as sources have them. */
const SECRETS: readonly string[] = [
  ...Object.entries(REFERENCE).flatMap(([section, keys]) =>
    withFiles(Object.keys(keys)).map((key) => `${section}.${key}`)
  ),
  ...withFiles(Object.keys(CLIENT_PROPERTY_REFERENCE)).map((name) => `${PROPERTY}${name}`),
];

/** Of a secret and the file with it, the one from the source with the higher precedence stays; of one source, neither. */
export function chooseSecrets(raw: RawValues, problems: Problem[]): void {
  for (const name of SECRETS) {
    const [secret, file] = [raw.get(name), raw.get(`${name}${FILE_SUFFIX}`)];
    if (secret === undefined || file === undefined) continue;
    const difference = ORIGINS.indexOf(secret.origin) - ORIGINS.indexOf(file.origin);
    if (difference <= 0) raw.delete(name);
    if (difference >= 0) raw.delete(`${name}${FILE_SUFFIX}`);
    if (difference === 0) problems.push(bothSet(name, { secret, file }));
  }
}

function bothSet(
  name: string,
  { secret, file }: { readonly secret: Provenance; readonly file: Provenance },
): Problem {
  const key = name.startsWith(PROPERTY) ? name.slice(PROPERTY.length) : name.slice(name.indexOf(".") + 1);
  return {
    message: `${secret.place} and ${file.place}: both ${key} and ${key}${FILE_SUFFIX} are set.`,
    hint: "Remove one of the two.",
    onCommandLine: secret.origin === "flag",
    setting: name.replace(PROPERTY, "kafka."),
  };
}

/** The warning for secrets on the command line; undefined if there are none. */
export function openSecretsWarning(provenance: ReadonlyMap<string, Provenance>): string | undefined {
  const open = [...provenance].filter(([name, { origin, raw }]) =>
    origin === "flag" && shown(name.slice(name.indexOf(".") + 1), raw) === "(hidden)"
  );
  if (open.length === 0) return undefined;
  const places = open.map(([, { place }]) => place).join(", ");
  const better = open.map(([name]) => {
    const at = name.indexOf(".");
    const [section, key] = [name.slice(0, at), name.slice(at + 1)];
    const variable = environmentVariable(section, key);
    const isProperty = section === "kafka";
    const hasFile = SECRETS.includes(isProperty ? `${PROPERTY}${key}` : name);
    const named = isProperty ? key : name;
    return hasFile ? `${named}${FILE_SUFFIX} or ${variable}` : variable;
  });
  return `${places}: other users of this machine can see it in the list of processes. ` +
    `Set ${better.join(", ")} instead.`;
}
