/** Whether a program is installed that only some tests need; where CI runs, all of them have to be. */
import { say } from "./say.ts";

/** See the module's description. @throws {Error} In CI, if it is missing. */
export function hasProgram(name: string): boolean {
  const paths = (Deno.env.get("PATH") ?? "").split(":");
  const isHere = paths.some((path) => isFile(`${path}/${name}`));
  if (!isHere && Deno.env.get("CI") === "true") throw new Error(`${name} is not installed.`);
  if (!isHere) say(`Skipped: tests with ${name}, which cannot be found.`);
  return isHere;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
