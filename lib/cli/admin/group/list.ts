/** `sfcrime group list`. */
import type { Command } from "commander";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { printList, withBroker } from "../output.ts";

/** Adds the command. */
export function addList(group: Command, io: Io): void {
  const list = group.command("list").description("List all groups, with their state and protocol.");
  addJsonFlag(list, "Print one JSON object per group");
  list.action(async ({ json }: { readonly json?: boolean }) => {
    await withBroker(list, io, {
      body: async (broker) => {
        await printList(io, await (await broker.admin()).groups(), {
          json,
          columns: [
            { title: "GROUP", cell: ({ group }) => group },
            { title: "STATE", cell: ({ state }) => state },
            { title: "PROTOCOL", cell: ({ type }) => type },
          ],
        });
      },
    });
  });
}
