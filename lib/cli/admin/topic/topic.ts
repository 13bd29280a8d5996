/** `sfcrime topic`: the broker's topics. */
import type { Command } from "commander";
import type { Io } from "../../io.ts";
import { addAlter } from "./alter.ts";
import { addCreate } from "./create.ts";
import { addDelete } from "./delete.ts";
import { addDescribe } from "./describe.ts";
import { addList } from "./list.ts";
import { addOffsets } from "./offsets.ts";
import { addSample } from "./sample.ts";
import { addSchema } from "./schema.ts";

/** Adds the subcommands. */
export function addTopic(topic: Command, io: Io): void {
  for (
    const add of [addList, addDescribe, addCreate, addAlter, addDelete, addOffsets, addSample, addSchema]
  ) add(topic, io);
}
