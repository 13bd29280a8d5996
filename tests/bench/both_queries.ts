/** The mission's two queries, each alone and both at once: one read of the topic, rows into a file. */
import { equal } from "assert";
import type { Answers } from "./calls/answers.ts";
import { linesOf } from "./lines.ts";
import { measure } from "./measure.ts";
import { fromSource } from "./programs.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";

const RADIO_CODES = new URL("../../config/radio_code.json", import.meta.url);

type MissionQuery = "by_type" | "with_disposition";

/** See the module's description. */
export class BothQueries {
  readonly #bench: Workbench;
  readonly #count: number;

  constructor(bench: Workbench, count: number) {
    this.#bench = bench;
    this.#count = count;
  }

  /** A run of one of the queries, or of both. */
  async runOf(...queries: readonly MissionQuery[]): Promise<() => Promise<Sample>> {
    const { servers, path } = this.#bench;
    const { place, answers } = await this.#bench.topic({ count: this.#count });
    const command = fromSource(
      ...["-b", servers, "--topic", place, "analyze", ...queries],
      ...["--trigger", "available-now", "--sink", "ndjson"],
    );
    const rows = this.#bench.newFile();
    return async () => {
      this.#bench.warm(place);
      const sample = await measure(command, { cwd: path, stdout: { path: rows } });
      await this.#check(rows, queries, answers);
      await Deno.remove(rows);
      return sample;
    };
  }

  async #check(rows: string, queries: readonly MissionQuery[], answers: Answers): Promise<void> {
    if (queries.includes("by_type")) {
      const counts = this.#bench.newFile();
      await measure(["grep", "-F", '"count":', rows], { stdout: { path: counts } });
      answers.checkByType(linesOf(counts));
      await Deno.remove(counts);
    }
    if (!queries.includes("with_disposition")) return;
    const codes = JSON.parse(await Deno.readTextFile(RADIO_CODES)) as { disposition_code: string }[];
    const without = answers.callsWithoutCode(new Set(codes.map((code) => code.disposition_code)));
    equal(await countLines('"description":null', rows), without);
    equal(await countLines('"description":', rows), this.#count);
  }
}

async function countLines(text: string, path: string): Promise<number> {
  return Number((await measure(["grep", "-cF", text, path])).stdout);
}
