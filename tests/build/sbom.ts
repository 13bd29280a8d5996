/**
 * The software bill of materials (SBOM) of the executable, in CycloneDX's JSON: the packages of which it has code,
 * with their versions, licences and hashes, what depends on what, and the runtime. What the runtime consists of is not
 * in it.
 */
import * as Enums from "@cyclonedx/cyclonedx-library/Enums";
import * as Models from "@cyclonedx/cyclonedx-library/Models";
import * as Serialize from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { ROOT } from "../support/task.ts";
import type { Licensed } from "./licences.ts";
import type { SourceState } from "./source_state.ts";

/** A package in `deno.lock`. */
interface Locked {
  /** Of its archive in the registry: `sha512-…`, in Base64. */
  readonly integrity: string;
  /** Names, with a version where there are several. */
  readonly dependencies?: readonly string[];
}

/** Later ones come first: the program's own versions count. */
const LOCKS = ["tests/deno.lock", "deno.lock"];

/** The text of the SBOM. */
export async function sbomText(
  packages: readonly Licensed[],
  { fullVersion, date }: SourceState,
): Promise<string> {
  const locked = await lockedPackages();
  const components = new Map(packages.map((each) => [each.name, packageComponent(each, locked)]));
  for (const [name, component] of components) {
    for (const dependency of lockedAs(`${name}@${component.version}`, locked).dependencies ?? []) {
      const used = components.get(dependency.replace(/(?<=.)@.*$/, ""));
      // Not all that a package depends on is used here.
      if (used !== undefined) component.dependencies.add(used.bomRef);
    }
  }
  const runtime = runtimeComponents();
  const program = new Models.Component(Enums.ComponentType.Application, "sfcrime", {
    bomRef: "sfcrime",
    version: fullVersion,
    licenses: new Models.LicenseRepository([licence("MIT")]),
  });
  const all = [...components.values(), ...runtime];
  const used = new Set(all.flatMap(({ dependencies }) => [...dependencies]));
  for (const { bomRef } of all) if (!used.has(bomRef)) program.dependencies.add(bomRef);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: date,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      component: program,
    }),
    components: new Models.ComponentRepository(all),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

async function lockedPackages(): Promise<Readonly<Record<string, Locked>>> {
  const locks = await Promise.all(LOCKS.map(async (path) => {
    const { npm } = JSON.parse(await Deno.readTextFile(join(ROOT, path))) as { npm: Record<string, Locked> };
    return npm;
  }));
  return Object.assign({}, ...locks);
}

/** @throws {Error} If it is in none of the locks. */
function lockedAs(reference: string, locked: Readonly<Record<string, Locked>>): Locked {
  // Behind its version stand those of the packages that it is used with.
  const found = Object.keys(locked).find((name) => name === reference || name.startsWith(`${reference}_`));
  if (found === undefined) throw new Error(`${reference} is not locked`);
  return locked[found]!;
}

function packageComponent(
  { name, version, licence: terms }: Licensed,
  locked: Readonly<Record<string, Locked>>,
): Models.Component {
  const reference = `${name}@${version}`;
  const [, algorithm, base64] = /^(\w+)-(.+)$/.exec(lockedAs(reference, locked).integrity)!;
  if (algorithm !== "sha512") throw new Error(`${reference} is locked by ${algorithm}`);
  const [, group, ownName] = /^(?:(@[^/]+)\/)?(.+)$/.exec(name)!;
  return new Models.Component(Enums.ComponentType.Library, ownName!, {
    bomRef: reference,
    ...group === undefined ? {} : { group },
    version,
    licenses: new Models.LicenseRepository([licence(terms)]),
    hashes: new Models.HashDictionary([[
      Enums.HashAlgorithm["SHA-512"],
      Buffer.from(base64!, "base64").toString("hex"),
    ]]),
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  });
}

/** Deno, and the engine in it. */
function runtimeComponents(): Models.Component[] {
  const { deno, v8 } = Deno.version;
  const engine = new Models.Component(Enums.ComponentType.Library, "v8", {
    bomRef: `v8@${v8}`,
    version: v8,
    licenses: new Models.LicenseRepository([licence("BSD-3-Clause")]),
    purl: `pkg:generic/v8@${v8}`,
  });
  const runtime = new Models.Component(Enums.ComponentType.Platform, "deno", {
    bomRef: `deno@${deno}`,
    version: deno,
    licenses: new Models.LicenseRepository([licence("MIT")]),
    purl: `pkg:github/denoland/deno@v${deno}`,
    dependencies: new Models.BomRefRepository([engine.bomRef]),
  });
  return [runtime, engine];
}

/** By its name in SPDX, or as an expression of several. */
function licence(terms: string): Models.License {
  return terms.includes(" ")
    ? new Models.LicenseExpression(terms)
    : new Models.SpdxLicense(terms as ConstructorParameters<typeof Models.SpdxLicense>[0]);
}
