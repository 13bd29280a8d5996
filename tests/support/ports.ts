/**
 * Ports of 127.0.0.1 for servers that other programs start. They are below those that systems give to connections,
 * which on Linux begin at 32768: any client may take one of these meanwhile, also while a server is restarted.
 */
const [FIRST, END] = [15_000, 32_000];
const ATTEMPTS_MAX = 1_000;

/** Ports that were free a moment ago, all different. */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  for (let attempt = 0; ports.size < count; attempt++) {
    if (attempt > ATTEMPTS_MAX) {
      throw new Error(`Of the ports ${FIRST} to ${END}, not even ${count} are free`);
    }
    const port = FIRST + Math.floor(Math.random() * (END - FIRST));
    if (isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
