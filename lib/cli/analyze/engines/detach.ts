/** What `sfcrime analyze --detach` does with its plan: starts the queries on a cluster, and says how to come back to them. */
import { SfcrimeError } from "../../../base/errors.ts";
import { isDurable } from "../../../config/values/values.ts";
import { detachOnSpark } from "../../../spark/life/detach.ts";
import type { RememberedSession } from "../../../spark/life/remembered_sessions.ts";
import type { Context } from "../../context.ts";
import { type ClusterPlan, sparkOptionsOf } from "./cluster_engine.ts";

/**
 * Starts the queries and leaves them.
 *
 * @throws {SfcrimeError} CONFIG if the rows of one come to this program; otherwise why one does not begin.
 */
export async function detach(context: Context, planned: ClusterPlan): Promise<void> {
  for (const { plan: { name }, sink: { spec } } of planned.plan.queries) {
    if (isDurable(spec) || spec.kind === "none") continue;
    throw new SfcrimeError(
      "CONFIG",
      `Query ${name} cannot be left: its rows come to this program, to ${spec.kind}.`,
      {
        hint: "Let the cluster write them: --sink kafka:TOPIC, json:PATH, csv:PATH, parquet:PATH or none.",
      },
    );
  }
  const session = await detachOnSpark(sparkOptionsOf(context, planned));
  await context.io.stdout.write(new TextEncoder().encode(textOf(session)));
}

function textOf({ server, sessionId, userId, queries }: RememberedSession): string {
  const width = Math.max(...queries.map(({ name }) => name.length));
  return [
    ...queries.map(({ name, id, sink }) => `${name.padEnd(width)}  ${id}  ${sink}`),
    "",
    "Follow them:  sfcrime analyze --engine spark --attach",
    "Stop them:    sfcrime analyze --engine spark --stop",
    `Elsewhere:    --remote '${server}/;session_id=${sessionId};user_id=${encodeURIComponent(userId)}'`,
    "",
  ].join("\n");
}
