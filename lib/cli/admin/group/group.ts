/** `sfcrime group`: consumer groups, and what they have committed. */
import type { Command } from "commander";
import type { Io } from "../../io.ts";
import { addDelete } from "./delete.ts";
import { addDescribe } from "./describe.ts";
import { addLag } from "./lag.ts";
import { addList } from "./list.ts";
import { addReset } from "./reset.ts";

/** Adds the subcommands. */
export function addGroup(group: Command, io: Io): void {
  for (const add of [addList, addDescribe, addLag, addReset, addDelete]) add(group, io);
}
