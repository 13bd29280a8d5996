import { deepEqual, equal } from "assert";
import fc from "fast-check";
import type { Value } from "../../lib/records/data_type.ts";
import { type Micros, microsOf } from "../../lib/records/values/micros.ts";
import { WINDOW_TYPE } from "../../lib/sql/functions/time/window_types.ts";
import { NO_GROUP, PackedGroups, type TableTypes } from "../../lib/stream/groups/packed_groups.ts";
import { FAR, textOf, VALUES } from "../support/group_keys.ts";

/** The start of a window of the given length; some are at the limits of times. */
const starts: fc.Arbitrary<Value> = fc.oneof(
  fc.nat(20).map((n) => n * 10),
  fc.constantFrom<Value>(microsOf(FAR - 10n), microsOf(-FAR - 1n), 2 ** 53 - 6, -(2 ** 53) + 1),
);
const WINDOW_MICROS = 10;
const EXPIRY_KINDS: Readonly<Record<string, TableTypes>> = {
  "windows of one length": {
    keyTypes: [WINDOW_TYPE, "STRING"],
    windows: [{ key: 0, sizeMicros: WINDOW_MICROS }],
    ...VALUES,
    interns: true,
    expiry: { ofKey: 0 },
  },
  "windows of any length": { keyTypes: ["STRING", WINDOW_TYPE], ...VALUES, expiry: { ofKey: 1 } },
  "times": { keyTypes: ["TIMESTAMP", "STRING"], ...VALUES, interns: true, expiry: { ofKey: 0 } },
  "times of values": { keyTypes: ["TIMESTAMP", "STRING"], ...VALUES, expiry: { ofValues: 4 } },
};

for (const [kind, types] of Object.entries(EXPIRY_KINDS)) {
  Deno.test(`Groups expire by their time, earliest first, those of a time in their order: ${kind}`, () => {
    const steps = fc.array(
      fc.oneof(
        {
          weight: 9,
          arbitrary: fc.tuple(
            fc.option(starts, { freq: 9 }),
            fc.constantFrom("", "a", "Ж", "long ".repeat(20)),
          ),
        },
        fc.nat(220),
        fc.constantFrom<"compact" | "all">("compact", "all"),
      ),
      { maxLength: 400, size: "max" },
    );
    fc.assert(
      fc.property(steps, (steps) => {
        const groups = new PackedGroups(types);
        /** The time of each group, by the text of its key, in the order in which they were added. */
        let oracle: { readonly key: string; readonly time: bigint | undefined }[] = [];
        for (const step of steps) {
          if (step === "compact") {
            groups.compact();
          } else if (typeof step === "number" || step === "all") {
            const until = typeof step === "number" ? step : Infinity;
            const isPast = (time: bigint | undefined) => time !== undefined && time <= until;
            const removed = groups.expire(until);
            const expected = oracle.filter(({ time }) => isPast(time))
              .toSorted((left, right) => left.time! < right.time! ? -1 : left.time! > right.time! ? 1 : 0);
            const keys: string[] = [];
            for (let group = removed.first; group !== NO_GROUP; group = groups.nextOf(group)) {
              keys.push(textOf(groups.keyOf(group)));
            }
            const timeOf = new Map(expected.map(({ key, time }) => [key, time]));
            deepEqual(keys.map((key) => timeOf.get(key)), expected.map(({ time }) => time));
            // Groups that were moved are in the order of their places.
            if (!steps.includes("compact")) deepEqual(keys, expected.map(({ key }) => key));
            equal(new Set(keys).size, removed.count);
            oracle = oracle.filter(({ time }) => !isPast(time));
            equal(groups.size, oracle.length);
            groups.freeExpired(removed);
          } else {
            const [start, text] = step as readonly [Micros | null, string];
            const end = start === null ? null : microsOf(BigInt(start) + BigInt(WINDOW_MICROS));
            const key = types.keyTypes.map((type): Value =>
              type === "STRING" ? text : type === "TIMESTAMP" ? start : start === null ? null : [start, end]
            );
            const group = groups.at(key);
            if (groups.countMark(group) > 0) continue;
            // The time of the values is not that of the key.
            groups.setValues(group, [1, null, null, null, end, null]);
            groups.link(group);
            const time = kind === "times" ? start : end;
            oracle.push({ key: textOf(key), time: time === null ? undefined : BigInt(time) });
          }
          const latest = oracle.reduce<bigint | undefined>(
            (latest, { time }) =>
              latest === undefined || (time !== undefined && time > latest) ? time : latest,
            undefined,
          );
          equal(groups.latestExpiry, latest === undefined ? undefined : microsOf(latest));
        }
        deepEqual(
          [...groups.groups()].map((group) => textOf(groups.keyOf(group))).toSorted(),
          oracle.map(({ key }) => key).toSorted(),
        );
      }),
      { numRuns: 80 },
    );
  });
}
