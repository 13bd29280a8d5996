/** The servers of a Kafka cluster: the addresses that they tell their clients, their versions and disks. */
import { formatDuration } from "../../../../base/text/duration.ts";
import { formatBytes, plural } from "../../../../base/text/format.ts";
import type {
  ClusterAdmin,
  LogDirectory,
  ServerDescription,
  ServerVersions,
} from "../../../../broker/admin/broker_admin.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failure, failureOf, good, warning } from "../finding.ts";
import { checkSecurity } from "./check_security.ts";

/** A disk with less room than this, as a part of it, is about to be full. */
const ROOM_WANTED = 0.1;
const ROOM_NEEDED = 0.02;

/** See the module's description. */
export async function checkServers(context: Context, admin: ClusterAdmin): Promise<readonly AreaFinding[]> {
  const { clusterId, controllerId, servers } = await admin.cluster();
  const cluster = `Cluster ${clusterId ?? "without an id"}, ${
    plural(servers.length, "server")
  }, controller ${controllerId}`;
  const ofServers = await Promise.all(
    servers.toSorted((left, right) => left.nodeId - right.nodeId)
      .map((server) => checkServer(admin, server)),
  );
  return [good(cluster), ...await checkSecurity(context, servers), ...ofServers.flat()];
}

async function checkServer(admin: ClusterAdmin, server: ServerDescription): Promise<readonly AreaFinding[]> {
  const { nodeId, host, port } = server;
  const address = `${host}:${port}`;
  const reach = await admin.reach(server);
  if ("reason" in reach) {
    return [failure(
      `Server ${nodeId} tells its clients to connect to ${address}, which this machine does not reach: ${reach.reason}.`,
      "Set advertised.listeners of the server to an address that its clients reach, or open the way to it.",
    )];
  }
  try {
    const versions = await admin.versions(nodeId);
    return [
      good(`Server ${nodeId} at ${address}, reached within ${formatDuration(reach.ms)}`),
      checkVersions(server, versions),
      ...checkDisks(nodeId, await admin.logDirectories(nodeId) ?? []),
    ];
  } catch (error) {
    return [failureOf(error)];
  }
}

/** Whether a server accepts all that this program sends. */
function checkVersions({ nodeId }: ServerDescription, { release, apis }: ServerVersions): AreaFinding {
  const name = `Server ${nodeId} ${release === undefined ? "" : `has the features of Kafka ${release} and `}`;
  const refused = apis.filter(({ sent, accepted }) =>
    accepted === undefined || accepted.min > sent.max || accepted.max < sent.min
  );
  if (refused.length > 0) {
    const words = refused.map(({ name, sent, accepted }) =>
      `${name} ${rangeText(sent)} (${
        accepted === undefined ? "unknown to it" : `it accepts ${rangeText(accepted)}`
      })`
    );
    return failure(
      `${name}does not accept what sfcrime sends: ${words.join(", ")}.`,
      "sfcrime needs Kafka 2.8 or later; for a later Kafka than 4, see whether there is a newer sfcrime.",
    );
  }
  const dropped = apis.filter(({ sent, accepted }) => accepted !== undefined && accepted.min > sent.min);
  const without = dropped.length === 0
    ? ""
    : `; it has dropped old versions of ${
      dropped.map(({ name }) => name).join(", ")
    }, which sfcrime does not need`;
  return good(`${name}accepts all requests that sfcrime sends${without}`, { apis });
}

function rangeText({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? `version ${min}` : `versions ${min} to ${max}`;
}

function checkDisks(nodeId: number, directories: readonly LogDirectory[]): AreaFinding[] {
  return directories.map(({ path, totalBytes, usableBytes, error }) => {
    const disk = `Server ${nodeId}, ${path}`;
    if (error !== undefined) {
      return failure(
        `${disk} cannot be used: ${error}.`,
        "See the log of the server; its disk may be damaged.",
      );
    }
    if (totalBytes === undefined || usableBytes === undefined) return good(`${disk}: usable`);
    const room = usableBytes / totalBytes;
    const text = `${disk}: ${formatBytes(usableBytes)} of ${formatBytes(totalBytes)} free`;
    const advice = "Shorten the retention of topics, delete topics, or give the server a larger disk.";
    if (room < ROOM_NEEDED) return failure(`${text}.`, advice);
    return room < ROOM_WANTED ? warning(`${text}.`, advice) : good(text);
  });
}
