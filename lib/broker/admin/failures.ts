/** Errors of both brokers for groups. */
import { SfcrimeError } from "../../base/errors.ts";
import { plural } from "../../base/text/format.ts";
import { didYouMean } from "../../base/text/nearest.ts";

/** A group does not exist; the hint lists those that do. */
export function missingGroup(group: string, existing: readonly string[]): SfcrimeError {
  return new SfcrimeError("GROUP_MISSING", `Group ${group} does not exist.`, {
    hint: existing.length === 0
      ? "The broker has no groups yet: a group exists once it has a member or a committed offset."
      : didYouMean(group, existing, "sfcrime group list shows all of them."),
  });
}

/** A group has members, so that nobody else may change what it has committed. */
export function groupInUse(
  group: string,
  what: "reset" | "deleted",
  memberCount?: number,
): SfcrimeError {
  const members = memberCount === undefined || memberCount === 0 ? "members" : plural(memberCount, "member");
  const refused = what === "reset" ? "its offsets cannot be reset" : "it cannot be deleted";
  return new SfcrimeError("GROUP_IN_USE", `Group ${group} has ${members}, so ${refused}.`, {
    hint: `Stop its consumers first: sfcrime group describe ${group} lists them.`,
  });
}

/** Partitions can be added, but not taken away. */
export function fewerPartitions(topic: string, count: number, wanted: number): SfcrimeError {
  const has = `Topic ${topic} has ${plural(count, "partition")}`;
  return new SfcrimeError(
    "BROKER",
    count === wanted ? `${has} already.` : `${has}, and cannot have fewer: ${wanted}.`,
    { hint: "Partitions can only be added. For fewer, create another topic." },
  );
}
