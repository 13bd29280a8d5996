/** What is in the executable besides the program itself: the packages of the program and of its page, and the runtime. */
import { join } from "node:path";
import { ASSETS } from "../../lib/ui/page/assets.ts";
import { ROOT } from "../support/task.ts";
import type { Bundle } from "./bundle.ts";
import { licencesText, type Licensed, packagesIn, packagesOf } from "./licences.ts";

const PAGE_LICENCES = "licences.txt";

/** All packages of which the executable has code. */
export async function allPackages(bundle: Bundle): Promise<Licensed[]> {
  return [...await packagesIn(bundle), ...packagesOf(ASSETS[PAGE_LICENCES]!.body)];
}

/** The licences of everything, as a text. */
export async function allLicences(bundle: Bundle): Promise<string> {
  return licencesText(await Deno.readTextFile(join(ROOT, "LICENSE")), await allPackages(bundle));
}
