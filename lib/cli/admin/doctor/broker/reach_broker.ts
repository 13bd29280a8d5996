/** Whether the broker is reached, how fast, and what its servers say of themselves. */
import { formatDuration } from "../../../../base/text/duration.ts";
import { formatBytes } from "../../../../base/text/format.ts";
import type { Broker } from "../../../../broker/broker.ts";
import { openBroker } from "../../../../broker/open.ts";
import { Outages } from "../../../../broker/outages/outages.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failureOf, good } from "../finding.ts";
import { checkServers } from "./check_servers.ts";

/** What was found; the broker, if all of its servers can be asked. The caller closes it. */
export interface ReachedBroker {
  readonly broker: Broker | undefined;
  readonly findings: readonly AreaFinding[];
}

/** See the module's description. */
export async function reachBroker(context: Context): Promise<ReachedBroker> {
  const { io: { host }, address } = context;
  const startMs = host.monotonicMs();
  let broker: Broker;
  try {
    broker = await openBroker(address, { host, outages: new Outages(() => {}, host) });
  } catch (error) {
    return { broker: undefined, findings: [failureOf(error)] };
  }
  const reach = formatDuration(host.monotonicMs() - startMs);
  try {
    const { servers } = await broker.admin();
    if (servers === undefined) return { broker, findings: [good(await embeddedText(context, broker))] };
    const reached = good(`${broker.description}, connected within ${reach}`);
    const findings = [reached, ...await checkServers(context, servers)];
    // A server that this machine does not reach would be asked for its partitions, for a long time.
    if (!findings.some(({ level }) => level === "failure")) return { broker, findings };
    await broker.close();
    return { broker: undefined, findings };
  } catch (error) {
    await broker.close();
    return { broker: undefined, findings: [failureOf(error)] };
  }
}

async function embeddedText({ address }: Context, { description }: Broker): Promise<string> {
  const text = `${description.charAt(0).toUpperCase()}${description.slice(1)}`;
  if (address.kind !== "embedded") return text;
  try {
    return `${text}, ${formatBytes((await Deno.stat(address.path)).size)}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `${text}: nothing was written yet`;
    throw error;
  }
}
