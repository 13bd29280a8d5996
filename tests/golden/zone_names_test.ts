/** The names of the times of all zones, against what `zone_names/ZoneNames.java` had Java write. */
import { deepEqual } from "assert";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import { parseDatePattern } from "../../lib/sql/patterns/date_pattern.ts";
import { dateWriter } from "../../lib/stream/time/date_format.ts";

const JAVA = (await Deno.readTextFile(new URL("zone_names/answers.txt", import.meta.url))).trim().split("\n");
const MONTHS = [1, 7].map((month) => Date.UTC(2018, month - 1, 15, 12) * 1_000);

Deno.test("The times of all zones have Java's names, in winter and in summer", () => {
  const differing = JAVA.flatMap((line) => {
    const [id = "", ...names] = line.split("|");
    const zone = timeZoneOf(id);
    // Java has zones of System V, and names of three letters, that no other time zone database has, and takes the winter
    // of Namibia for its daylight saving time.
    if (zone === undefined || id === "Africa/Windhoek") return [];
    const written = MONTHS.flatMap((time) =>
      ["z", "zzzz"].map((pattern) => dateWriter(parts(pattern), zone)(time))
    );
    return written.join("|") === names.join("|")
      ? []
      : [`${id}: ${written.join("|")}, Java: ${names.join("|")}`];
  });
  deepEqual(differing, []);
});

function parts(pattern: string) {
  const parsed = parseDatePattern(pattern, "write");
  return typeof parsed === "string" ? [] : parsed;
}
