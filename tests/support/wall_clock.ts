/** The process's wall clock, set while a test runs. */

/** Sets the wall clock by so many milliseconds until the returned function is called. */
export function setWallClock(byMs: number): () => void {
  const { now } = Date;
  Date.now = () => now() + byMs;
  return () => {
    Date.now = now;
  };
}
