import { equal } from "assert";
import { DroppedGroups } from "../../../lib/stream/operators/grouping/dropped_groups.ts";

Deno.test("A dropped group counts once, until there is no more room to tell groups apart", () => {
  const dropped = new DroppedGroups(["STRING", "INT"], 1_000);
  for (let times = 0; times < 3; times++) dropped.add(["a", 1], 2);
  equal([dropped.count, dropped.rowCount].join(), "1,6");
  let groups = 1;
  while (dropped.count === groups && groups < 1_000) {
    dropped.add(["a", ++groups], 2);
    dropped.add(["a", groups], 2);
  }
  equal(groups < 40, true, `${groups} groups were told apart`);
  equal(dropped.count, groups + 1);
});
