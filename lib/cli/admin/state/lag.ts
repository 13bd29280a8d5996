/** `sfcrime state lag`. */
import type { Command } from "commander";
import { topicOffsets } from "../../../analyze/source/topic_offsets.ts";
import { partitionLags } from "../../../broker/admin/lag.ts";
import { connect, createContext } from "../../context.ts";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { LAG_COLUMNS, lagObject, reportLag } from "../lag_list.ts";
import { printList } from "../output.ts";
import { anyCheckpoint, queryArgument, stateCommand } from "./named_checkpoint.ts";

/** Adds the command. */
export function addLag(state: Command, io: Io): void {
  const lag = stateCommand(
    state,
    "lag",
    "Print how far a query is behind in each partition, by its checkpoint.",
  ).addArgument(queryArgument(", also one of Spark"));
  addJsonFlag(lag, "Print one JSON object per partition");
  lag.action(async (name: string, { json }: { readonly json?: boolean }) => {
    const context = await createContext(lag, io);
    const { readStanding, uncommitted } = await import("../../../checkpoint/moving/committed_offsets.ts");
    const directory = await anyCheckpoint(context, name);
    const { last } = await readStanding(directory);
    if (last === undefined) throw uncommitted(directory);
    const broker = await connect(context);
    try {
      const lags = await partitionLags(broker, topicOffsets(last.offsets));
      await printList(io, lags, { json, columns: LAG_COLUMNS, object: lagObject });
      reportLag(`The query of ${directory}`, lags);
    } finally {
      await broker.close();
    }
  });
}
