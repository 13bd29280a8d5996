/** `sfcrime group describe`. */
import type { Command } from "commander";
import { plural } from "../../../base/text/format.ts";
import { printable } from "../../../base/text/printable.ts";
import type { GroupDescription, GroupMemberDescription } from "../../../broker/admin/broker_admin.ts";
import { type PartitionLag, partitionLags } from "../../../broker/admin/lag.ts";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { inColumns } from "../../terminal/columns.ts";
import { LAG_COLUMNS, lagObject, reportLag } from "../lag_list.ts";
import { jsonLines, printText } from "../output.ts";
import { groupCommand, onGroup, positionsOf, requireGroup } from "./named_group.ts";

/** Adds the command. */
export function addDescribe(group: Command, io: Io): void {
  const describe = groupCommand(
    group,
    "describe",
    "Print the state and members of a group, and what it has committed.",
  );
  addJsonFlag(describe);
  onGroup(describe, io, {
    body: async (found) => {
      const description = await requireGroup(found);
      const lags = await partitionLags(found.broker, await positionsOf(found, description));
      const { json } = describe.opts<{ readonly json?: boolean }>();
      await printText(
        io,
        json === true ? jsonLines([objectOf(description, lags)]) : textOf(description, lags),
      );
      if (lags.length > 0) reportLag(`Group ${found.group}`, lags);
    },
  });
}

function textOf(description: GroupDescription, lags: readonly PartitionLag[]): string {
  const { group, state, type, assignor, coordinator, members } = description;
  const facts = [
    state,
    plural(members.length, "member"),
    `${type} protocol`,
    ...assignor === "" ? [] : [`assignor ${assignor}`],
    ...coordinator === undefined ? [] : [`coordinator ${coordinator}`],
  ];
  const parts = [`${printable(`Group ${group}: ${facts.join(", ")}`)}\n`];
  if (members.length > 0) {
    parts.push(inColumns(members, [
      { title: "MEMBER", cell: ({ memberId }) => memberId },
      { title: "CLIENT", cell: ({ clientId }) => clientId === "" ? undefined : clientId },
      { title: "HOST", cell: ({ host }) => host === "" ? undefined : host },
      { title: "PARTITIONS", cell: partitionsText },
    ]));
  }
  if (lags.length > 0) {
    parts.push(inColumns(lags, [
      ...LAG_COLUMNS,
      ...members.length === 0
        ? []
        : [{ title: "MEMBER", cell: (place: PartitionLag) => ownerOf(members, place)?.memberId }],
    ]));
  }
  return parts.join("\n");
}

/** `calls: 0,1  dispatches: 3`. */
function partitionsText({ assigned }: GroupMemberDescription): string | undefined {
  const texts = [...assigned].map(([topic, partitions]) => `${topic}: ${partitions.join(",")}`);
  return texts.length === 0 ? undefined : texts.join("  ");
}

function ownerOf(
  members: readonly GroupMemberDescription[],
  { topic, partition }: PartitionLag,
): GroupMemberDescription | undefined {
  return members.find(({ assigned }) => assigned.get(topic)?.includes(partition));
}

function objectOf(description: GroupDescription, lags: readonly PartitionLag[]): unknown {
  const { group, state, type, assignor, coordinator, members } = description;
  return {
    group,
    state,
    protocol: type,
    assignor: assignor === "" ? null : assignor,
    coordinator: coordinator ?? null,
    members: members.map(({ memberId, clientId, host, assigned }) => ({
      member: memberId,
      client: clientId,
      host,
      partitions: Object.fromEntries(assigned),
    })),
    offsets: lags.map((place) => ({
      ...lagObject(place),
      member: ownerOf(members, place)?.memberId ?? null,
    })),
  };
}
