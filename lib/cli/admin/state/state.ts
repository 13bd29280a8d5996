/**
 * `sfcrime state`: the checkpoints of queries. They are only read, also while their queries run, except by `delete`,
 * which wants a query that is stopped.
 */
import type { Command } from "commander";
import type { Io } from "../../io.ts";
import { addDelete } from "./delete.ts";
import { addExport } from "./export.ts";
import { addLag } from "./lag.ts";
import { addList } from "./list.ts";
import { addOffsets } from "./offsets.ts";
import { addShow } from "./show.ts";

/** Adds the subcommands. */
export function addState(state: Command, io: Io): void {
  for (const add of [addList, addShow, addOffsets, addLag, addExport, addDelete]) add(state, io);
}
