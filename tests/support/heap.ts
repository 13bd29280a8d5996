/** The memory that is in use once garbage has been collected, so that a law about memory can be exact. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the heap that are in use. */
export function heapBytes(): number {
  collect();
  return Deno.memoryUsage().heapUsed;
}
