/** `sfcrime group delete`. */
import type { Command } from "commander";
import { logger } from "../../../base/log.ts";
import { plural } from "../../../base/text/format.ts";
import { groupInUse, missingGroup } from "../../../broker/admin/failures.ts";
import { addRunFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { confirm, requireAnswerable, YES_FLAG } from "../../terminal/confirm.ts";
import { groupCommand, onGroup, requireGroup } from "./named_group.ts";

const log = logger("group");

/** Adds the command. */
export function addDelete(group: Command, io: Io): void {
  const command = groupCommand(
    group,
    "delete",
    "Delete a group without members, and all that it has committed.",
  );
  addRunFlag(command, YES_FLAG.flags, YES_FLAG.doc);
  const confirmation = () => ({ io, isConfirmed: command.opts<{ yes?: boolean }>().yes === true });
  onGroup(command, io, {
    check: () => requireAnswerable("Deleting a group", confirmation()),
    body: async (found) => {
      const { group: name, admin } = found;
      const { members } = await requireGroup(found);
      if (members.length > 0) throw groupInUse(name, "deleted", members.length);
      const topics = [...await admin.groupOffsets(name)];
      const partitions = topics.reduce((sum, [, offsets]) => sum + offsets.size, 0);
      const content = `${plural(partitions, "committed offset")} in ${plural(topics.length, "topic")}`;
      await confirm(`Delete group ${name} with ${content}`, {
        ...confirmation(),
        name,
        declined: `Group ${name} was not deleted.`,
      });
      if (!await admin.deleteGroup(name)) {
        throw missingGroup(name, (await admin.groups()).map(({ group }) => group));
      }
      log.info(`Deleted group ${name}`);
    },
  });
}
