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
import { checkEngines } from "./check_engines.ts";
import type { AreaFinding, Finding } from "./finding.ts";
import { reportText } from "./report_text.ts";
import { checkTopics } from "./topics/check_topics.ts";

interface Flags {
  readonly write?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addDoctor(doctor: Command, io: Io): void {
  addSettingFlag(doctor, "--checkpoint <directory>", "analyze.checkpoint");
  addRunFlag(
    doctor,
    "--write",
    "Also write to a topic of its own, which is deleted again, and compare the clocks",
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
  const add = (area: Finding["area"], found: readonly AreaFinding[]) => {
    findings.push(...found.map((finding) => ({ area, ...finding })));
  };
  const { plan, findings: ofConfiguration } = await checkConfiguration(context);
  add("configuration", ofConfiguration);
  // With settings that are not the ones that were meant, nothing else would be either.
  if (context.error !== undefined) return findings;
  await interruptible(context.io, async (signal) => {
    const { broker, findings: ofBroker } = await reachBroker(context);
    add("broker", ofBroker);
    try {
      if (broker !== undefined) {
        if (write) add("broker", await checkWriting(context, broker, signal));
        add("topics", await checkTopics(context, { broker, plan, signal }));
      }
      add("checkpoints", await checkCheckpoints(context, broker));
    } finally {
      await broker?.close();
    }
  });
  add("engines", await checkEngines(context));
  return findings;
}
