/** `sfcrime group lag`. */
import type { Command } from "commander";
import { partitionLags } from "../../../broker/admin/lag.ts";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { LAG_COLUMNS, lagObject, reportLag } from "../lag_list.ts";
import { printList } from "../output.ts";
import { groupCommand, onGroup, positionsOf, requireGroup, topicFlag } from "./named_group.ts";

/** Adds the command. */
export function addLag(group: Command, io: Io): void {
  const lag = groupCommand(
    group,
    "lag",
    "Print how far a group is behind in each partition that it reads; with --topic, of that topic.",
  );
  addJsonFlag(lag, "Print one JSON object per partition");
  onGroup(lag, io, {
    body: async (found) => {
      const description = await requireGroup(found);
      const positions = await positionsOf(found, description, topicFlag(found.context));
      const lags = await partitionLags(found.broker, positions);
      const { json } = lag.opts<{ readonly json?: boolean }>();
      await printList(io, lags, { json, columns: LAG_COLUMNS, object: lagObject });
      reportLag(`Group ${found.group}`, lags);
    },
  });
}
