/** The bounded queue, held to a list that one walks by hand. */
import { deepEqual, equal, ok, rejects } from "assert";
import fc from "fast-check";
import { BoundedQueue } from "../../lib/base/collections/bounded_queue.ts";

interface Item {
  readonly name: number;
  readonly size: number;
}

const SIZE_MAX = 5;

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("put" as const), size: fc.nat(SIZE_MAX + 2) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
  ),
  { maxLength: 60 },
);

/** Which of some calls are done, once all that can happen has happened. */
class Calls<T> {
  readonly done: (T | "waits")[] = [];

  add(call: Promise<T>): void {
    const index = this.done.push("waits") - 1;
    void call.then((value) => this.done[index] = value);
  }
}

/** Lets every promise that is settled be noticed: timers come after all microtasks. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** What the calls so far must have come to: the first puts that there was room for, and the items of the takes. */
function expected(puts: readonly Item[], takes: number, events: readonly ("put" | "take")[]) {
  let [inside, taken, arrived, asked]: [Item[], Item[], Item[], number] = [[], [], [], 0];
  let [entered, called] = [0, 0];
  const size = (items: readonly Item[]) => items.reduce((sum, item) => sum + item.size, 0);
  for (const event of events) {
    if (event === "put") arrived = [...arrived, puts[called++]!];
    else asked++;
    for (;;) {
      if (asked > 0 && inside.length > 0) {
        [taken, inside, asked] = [[...taken, inside[0]!], inside.slice(1), asked - 1];
      } else if (
        arrived.length > 0 && (inside.length === 0 || size(inside) + arrived[0]!.size <= SIZE_MAX)
      ) {
        [inside, arrived, entered] = [[...inside, arrived[0]!], arrived.slice(1), entered + 1];
      } else break;
    }
  }
  return {
    puts: puts.map((_item, index) => index < entered ? undefined : "waits"),
    takes: Array.from({ length: takes }, (_, index) => taken[index] ?? "waits"),
    size: size(inside),
  };
}

Deno.test("Items come out in order, and each call waits exactly as long as there is no room or no item", async () => {
  await fc.assert(fc.asyncProperty(steps, async (each) => {
    const queue = new BoundedQueue<Item>({ sizeMax: SIZE_MAX, sizeOf: ({ size }) => size });
    const [puts, takes] = [new Calls<void>(), new Calls<Item | undefined>()];
    const items: Item[] = [];
    for (const step of each) {
      if (step.kind === "take") takes.add(queue.take());
      else {
        const item = { name: items.length, size: step.size };
        items.push(item);
        puts.add(queue.put(item));
      }
      // One item that is larger than the queue is the only one in it.
      ok(queue.size <= SIZE_MAX || items.some(({ size }) => size === queue.size));
    }
    await settled();
    const law = expected(items, takes.done.length, each.map(({ kind }) => kind));
    deepEqual({ puts: puts.done, takes: takes.done, size: queue.size }, law);
  }));
});

Deno.test("Whoever is slower, all items of several makers come out once, and those of each in order", async () => {
  const pauses = fc.array(fc.nat(3), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(pauses, pauses, fc.integer({ min: 1, max: 4 }), async (making, taking, sizeMax) => {
      const queue = new BoundedQueue<readonly [maker: number, number: number]>({ sizeMax });
      const pause = async (turns: number) => {
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      };
      const makers = [0, 1, 2].map(async (maker) => {
        for (let number = 0; number < 20; number++) {
          await pause(making[(maker + number) % making.length]!);
          await queue.put([maker, number]);
        }
      });
      void Promise.all(makers).then(() => queue.end());
      const taken: (readonly [number, number])[] = [];
      for await (const item of queue) {
        await pause(taking[taken.length % taking.length]!);
        taken.push(item);
      }
      for (const maker of [0, 1, 2]) {
        const numbers = taken.filter(([of]) => of === maker).map(([, number]) => number);
        deepEqual(numbers, Array.from({ length: 20 }, (_, number) => number));
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("What was put before the end is taken, also what still waited for room", async () => {
  const queue = new BoundedQueue<string>({ sizeMax: 1 });
  const puts = Promise.all([queue.put("a"), queue.put("b")]);
  queue.end();
  equal(await queue.take(), "a");
  equal(await queue.take(), "b");
  equal(await queue.take(), undefined);
  await puts;
  await rejects(queue.put("c"), /has ended/);
});

Deno.test("A failure is met by whoever waits, and by all calls after it", async () => {
  const full = new BoundedQueue<string>({ sizeMax: 1 });
  await full.put("a");
  const waiting = rejects(full.put("b"), /the disk is full/);
  full.fail(new Error("the disk is full"));
  full.fail(new Error("a later one"));
  await waiting;
  await rejects(full.put("c"), /the disk is full/);
  await rejects(full.take(), /the disk is full/);
  equal(full.size, 0);
  const empty = new BoundedQueue<string>({ sizeMax: 1 });
  const taking = rejects(empty.take(), /the disk is full/);
  empty.fail(new Error("the disk is full"));
  await taking;
});
