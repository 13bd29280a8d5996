/** Each command that `docs/comparison.md` has for a daily use of other tools does it, on a real Kafka. */
import { equal, ok } from "assert";
import { comparedUses } from "../support/comparison.ts";
import { sharedKafka } from "../support/kafka.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** The topic of the page. */
const TOPIC = "calls";

/** What ends a run of `consume`. */
const ENDS = ["-e", "--exit-at-end", "-n", "--until"];

Deno.test("Every command that stands beside those of other tools ends well", async (t) => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--timestamp", "event", "--partitions", "2"]);
  const uses = comparedUses();
  ok(uses.length > 20);
  for (const { section, what, args } of uses) {
    await t.step(`${section}: ${what}`, async () => {
      const [verb, ...rest] = args.map((word) => word === TOPIC ? place.topic : word);
      const waits = verb === "consume" && !rest.some((word) => ENDS.includes(word));
      const { code, stderr } = await place.runInProcess([verb!, ...rest, ...waits ? ["-e"] : []]);
      equal(code, 0, stderr);
      ok(!/^warning/m.test(stderr), stderr);
    });
  }
});
