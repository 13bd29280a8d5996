/** The generated types of Spark's protocol are those that its version of PySpark has. */
import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { generatedProtocol, PROTOCOL } from "../support/make_protocol.ts";

Deno.test("The modules of the protocol are as PySpark's descriptors make them: run deno task protocol", async () => {
  const made = await generatedProtocol();
  deepEqual([...Deno.readDirSync(PROTOCOL)].map(({ name }) => name).toSorted(), [...made.keys()].toSorted());
  for (const [name, content] of made) equal(await Deno.readTextFile(join(PROTOCOL, name)), content, name);
});
