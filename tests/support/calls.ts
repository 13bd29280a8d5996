/**
 * Files of calls of any size: the real sample over and over, each round with ids of its own and with times
 * that go on before those of the last one.
 */
import { gunzipSync } from "node:zlib";

const SAMPLE = new URL("../../config/police-department-calls-for-service.json.gz", import.meta.url);

/** A call, by field. */
export type SampleCall = Record<string, string>;

/** The real sample. */
export function sampleCalls(): SampleCall[] {
  return JSON.parse(new TextDecoder().decode(gunzipSync(Deno.readFileSync(SAMPLE)))) as SampleCall[];
}

/** How a file is written. */
export interface CallsFile {
  readonly count: number;
  /** As the data set itself is, or one object a line. */
  readonly layout: "pretty" | "ndjson";
}

const CHUNK_CALLS = 2_000;

/** Writes a file of `count` calls. */
export async function writeCalls(path: string, { count, layout }: CallsFile): Promise<void> {
  const sample = sampleCalls();
  const utf8 = new TextEncoder();
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const write = async (text: string) => {
    const bytes = utf8.encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  };
  let chunk = layout === "pretty" ? "[\n" : "";
  for (let n = 0; n < count; n++) {
    const call = { ...sample[n % sample.length]!, crime_id: String(100_000_000 + n) };
    const isLast = n === count - 1;
    chunk += layout === "pretty"
      ? `    ${JSON.stringify(call, null, 4).replaceAll("\n", "\n    ")}${isLast ? "" : ","}\n`
      : `${JSON.stringify(call)}\n`;
    if (n % CHUNK_CALLS === CHUNK_CALLS - 1) {
      await write(chunk);
      chunk = "";
    }
  }
  await write(chunk + (layout === "pretty" ? "]\n" : ""));
}

if (import.meta.main) {
  const [path, count, layout] = Deno.args;
  await writeCalls(path!, { count: Number(count), layout: layout === "ndjson" ? "ndjson" : "pretty" });
}
