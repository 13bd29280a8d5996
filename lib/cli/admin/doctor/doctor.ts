/** `sfcrime doctor`: looks at all that a run needs, and says what is wrong, and what to do. */
import type { Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { plural } from "../../../base/text/format.ts";
import { type CheckedContext, createCheckedContext, interruptible } from "../../context.ts";
import { addJsonFlag, addRunFlag, addSettingFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { jsonLines, printText } from "../output.ts";
import { checkWriting } from "./broker/check_writing.ts";
import { reachBroker } from "./broker/reach_broker.ts";
import { checkCheckpoints } from "./check_checkpoints.ts";
import { checkConfiguration } from "./check_configuration.ts";
import { checkDisk } from "./check_disk.ts";
import { checkEngines } from "./check_engines.ts";
import { checkRegistry } from "./check_registry.ts";
import { checkSecrets } from "./check_secrets.ts";
import { checkSpark } from "./check_spark.ts";
import { type AreaFinding, type Finding, findingsOf } from "./finding.ts";
import { reportText } from "./report_text.ts";
import { checkTopics } from "./topics/check_topics.ts";

interface Flags {
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addDoctor(doctor: Command, io: Io): void {
  addSettingFlag(doctor, "--checkpoint <directory>", "analyze.checkpoint");
  addSettingFlag(doctor, "--engine <engine>", "analyze.engine");
  addSettingFlag(doctor, "--remote <url>", "spark.remote");
  addRunFlag(
    doctor,
    "--write",
    "Also write: to a topic of its own and to each disk, which is undone, and compare the clocks",
  );
  addJsonFlag(doctor, "Print one JSON object per finding");
  doctor.action(async (flags: Flags) => {
    const context = await createCheckedContext(doctor, io);
    const findings = await examine(context, flags);
    const text = flags.json === true
      ? jsonLines(findings)
      : reportText(findings, { color: context.color && io.canShow("stdout") });
    await printText(io, text);
    const failures = findings.filter(({ level }) => level === "failure").length;
    if (failures > 0) throw new SfcrimeError("UNHEALTHY", `${plural(failures, "check")} failed.`);
  });
}

async function examine(context: CheckedContext, { write = false }: Flags): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async (area: Finding["area"], search: () => Promise<readonly AreaFinding[]>) => {
    const found = await findingsOf(search);
    // What several need, such as a registry that does not answer, is told once.
    const fresh = found.filter(({ text }) => findings.every((other) => other.text !== text));
    findings.push(...fresh.map((finding) => ({ area, ...finding })));
  };
  const { plan, findings: ofConfiguration } = await checkConfiguration(context);
  await look("configuration", () => Promise.resolve(ofConfiguration));
  await look("configuration", () => Promise.resolve(checkSecrets(context)));
  // With settings that are not the ones that were meant, nothing else would be either.
  if (context.error !== undefined) return findings;
  await interruptible(context.io, async (signal) => {
    const { broker, findings: ofBroker } = await reachBroker(context);
    await look("broker", () => Promise.resolve(ofBroker));
    try {
      if (broker !== undefined) {
        if (write) await look("broker", () => checkWriting(context, broker, signal));
        await look("topics", () => checkTopics(context, { broker, plan, signal }));
      }
      await look("checkpoints", () => checkCheckpoints(context, broker));
    } finally {
      await broker?.close();
    }
    await look("registry", () => checkRegistry(context));
    await look("disk", () => Promise.resolve(checkDisk(context, { plan, write })));
    await look("engines", () => checkSpark(context, { plan, signal }));
  });
  await look("engines", () => checkEngines(context));
  return findings;
}
