/**
 * A disk that stops working at its n-th operation, and does nothing from then on, as for a process that is
 * killed there. The operations are those that change names or content through `Deno`.
 */

/** What a stopped disk throws. */
export class Stopped extends Error {}

type Operation = (...args: never[]) => Promise<unknown>;

const NAMES = ["open", "rename", "remove", "mkdir"] as const;

/** Runs `body`; says whether it came to its end before the disk stopped. */
export async function untilOperation(count: number, body: () => Promise<void>): Promise<boolean> {
  let left = count;
  const step = () => {
    if (left-- <= 0) throw new Stopped();
  };
  const files = Deno.FsFile.prototype;
  const owners = [
    ...NAMES.map((name) => [Deno as unknown as Record<string, Operation>, name] as const),
    ...["write", "sync"].map((name) => [files as unknown as Record<string, Operation>, name] as const),
  ];
  const originals = owners.map(([owner, name]) => owner[name]!);
  owners.forEach(([owner, name], index) => {
    owner[name] = function (this: unknown, ...args: never[]) {
      try {
        step();
      } catch (error) {
        return Promise.reject(error);
      }
      return originals[index]!.apply(this, args);
    };
  });
  try {
    await body();
    return left >= 0;
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof Stopped) return false;
    }
    throw error;
  } finally {
    owners.forEach(([owner, name], index) => owner[name] = originals[index]!);
  }
}
