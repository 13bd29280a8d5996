/** What is remembered of Spark's answers, on questions that need no Spark. */
import { equal } from "assert";
import { join } from "node:path";
import { filesIn, rememberedAnswer } from "../support/spark_answers.ts";
import { tempDir } from "../support/temp_dir.ts";

/** Where answers are kept, and whether they are asked for again. */
const [CACHE, AGAIN] = ["XDG_CACHE_HOME", "SPARK_AGAIN"] as const;

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}

Deno.test("A question is asked once, and again where the content or the path of one of its files is another", async () => {
  await using cache = await tempDir();
  await using files = await tempDir();
  const before = [CACHE, AGAIN].map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set(CACHE, cache.path);
  Deno.env.delete(AGAIN);
  let asked = 0;
  const ask = async () =>
    await rememberedAnswer(["q", await filesIn(files.path)], () => Promise.resolve(++asked));
  try {
    await Deno.mkdir(join(files.path, "part=1"));
    await files.write("part=1/a.csv", "1");
    await files.write("b.csv", "2");
    equal(await ask(), 1);
    equal(await ask(), 1);
    await files.write("part=1/a.csv", "3");
    equal(await ask(), 2);
    await Deno.rename(join(files.path, "part=1"), join(files.path, "part=2"));
    equal(await ask(), 3);
    await files.write("part=2/a.csv", "1");
    await Deno.rename(join(files.path, "part=2"), join(files.path, "part=1"));
    equal(await ask(), 1);
    Deno.env.set(AGAIN, "true");
    equal(await ask(), 4);
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
});
