/** What happens when groups need more memory than there is: here a few megabytes instead of four gigabytes. */
// In an isolate of its own: it takes memory away from all groups.
import { deepEqual, equal, throws } from "assert";

const PAGES_MAX = 64;
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super({ ...descriptor, maximum: PAGES_MAX });
  }
};
const { PackedGroups } = await import("../../../lib/stream/groups/packed_groups.ts");

const TYPES = {
  keyTypes: ["STRING", "TIMESTAMP"],
  valueTypes: ["DOUBLE"],
  initial: [0],
} as const;
const FULL = { code: "QUERY_FAILED", message: /^The groups take more than 4 GiB\.$/ };
const keyOf = (index: number) => [`text ${index}`, index * 1_000_000];

/** Adds groups until there is no more memory; returns how many there are. */
function fill(groups: InstanceType<typeof PackedGroups>): number {
  let added = 0;
  throws(() => {
    for (;; added++) groups.link(groups.at(keyOf(added)));
  }, FULL);
  return added;
}

Deno.test("Groups for which there is no memory are refused, and those that there are can still be read", () => {
  const groups = new PackedGroups({ ...TYPES, interns: true, expiry: { ofKey: 1 } });
  const added = fill(groups);
  let read = 0;
  for (const group of groups.groups()) {
    if (read === added) break;
    deepEqual(groups.keyOf(group), keyOf(read++));
  }
  equal(read, added);
});

Deno.test("Groups of another table for which there is no memory are refused", () => {
  const whole = new PackedGroups({ ...TYPES, interns: true });
  const part = new PackedGroups(TYPES);
  const nothing = () => {};
  throws(() => {
    for (let index = 0;; index++) {
      for (let row = 0; row < 10_000; row++) part.at(keyOf(10_000 * index + row));
      const merge = {
        mark: 1,
        adds: true,
        until: undefined,
        marked: nothing,
        merged: nothing,
        late: nothing,
      };
      whole.merge(part.drain(), merge);
    }
  }, FULL);
});
