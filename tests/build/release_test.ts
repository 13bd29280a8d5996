import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
// The validator finds them where they are installed.
import "ajv-formats";
import "ajv-formats-draft2019";
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { build } from "../support/compiled.ts";
import { tempDir } from "../support/temp_dir.ts";
import { TARGETS } from "./targets.ts";

const HERE = TARGETS.find(({ triple }) => triple === Deno.build.target)!;

Deno.test("A platform without a runtime is named, and the rest is built: licences, checksums and a valid bill of materials", async () => {
  await using directory = await tempDir();
  const output = join(directory.path, "release");
  const { success, stderr } = await build("release", {
    args: ["--targets", HERE.name, "--output", output],
    environment: { DENORT_BIN: join(directory.path, "denort"), SOURCE_DATE_EPOCH: "1500000000" },
  });
  equal(success, false);
  match(stderr, new RegExp(`^Not built: ${HERE.name}\\.\n[^]*/denort`, "m"));
  const files = [...Deno.readDirSync(output)].map(({ name }) => name).toSorted();
  deepEqual(files, ["SHA256SUMS", "sfcrime-licences.txt", "sfcrime.cdx.json"]);

  const text = await Deno.readTextFile(join(output, "sfcrime.cdx.json"));
  equal(await new JsonStrictValidator(Version.v1dot6).validate(text), null);
  const { metadata, components, dependencies } = JSON.parse(text);
  equal(metadata.timestamp, "2017-07-14T02:40:00.000Z");
  match(metadata.component.version, new RegExp(`^${denoJson.version}\\+[\\da-f]{12}`));
  const kafkajs = components.find(({ name }: { name: string }) => name === "kafkajs");
  equal(kafkajs.purl, `pkg:${denoJson.scopes["./lib/"].kafkajs}`.replace("npm:", "npm/"));
  match(kafkajs.hashes[0].content, /^[\da-f]{128}$/);
  const dependsOn = (ref: string) => dependencies.find((each: { ref: string }) => each.ref === ref).dependsOn;
  // Each is used by the program, or by a package that it uses.
  const reached = new Set<string>(["sfcrime"]);
  for (const ref of reached) for (const used of dependsOn(ref) ?? []) reached.add(used);
  deepEqual(
    [...reached].toSorted(),
    ["sfcrime", ...components.map((each: { "bom-ref": string }) => each["bom-ref"])].toSorted(),
  );
  ok(dependsOn("prom-client@15.1.3").includes("@opentelemetry/api@1.10.0"));
});

Deno.test("A release refuses a directory that is not empty, and a target that does not exist", async () => {
  await using directory = await tempDir();
  await Deno.writeTextFile(join(directory.path, "old"), "");
  const full = await build("release", { args: ["--output", directory.path] });
  equal(full.stderr, `${directory.path} is not empty: remove it first.\n`);
  const unknown = await build("release", { args: ["--targets", "linux-x64,amiga"] });
  equal(
    unknown.stderr,
    "No target amiga: the targets are linux-x64, linux-arm64, macos-x64, macos-arm64, windows-x64.\n",
  );
  deepEqual([full.success, unknown.success], [false, false]);
});
