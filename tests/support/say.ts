/** Prints without the console, which `deno lint` forbids. */

const utf8 = new TextEncoder();

/** Prints a line, or several, to stdout; all of it, also where a pipe takes it in pieces. */
export function say(lines: string): void {
  for (let rest = utf8.encode(`${lines}\n`); rest.length > 0;) {
    rest = rest.subarray(Deno.stdout.writeSync(rest));
  }
}
