import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { UTC } from "../../../lib/base/time_zone.ts";
import { jsonRowWriter } from "../../support/json_row_writer.ts";

Deno.test("Every string of a row is read back from its JSON as it was", () => {
  const write = jsonRowWriter([{ name: 'a "quoted" name', type: "STRING" }], UTC);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    deepEqual(JSON.parse(write([text])), { 'a "quoted" name': text });
  }));
});

Deno.test("Control characters are escaped with digits in upper case, as Spark's to_json does", () => {
  const write = jsonRowWriter([{ name: "s", type: "STRING" }], UTC);
  equal(write(["\u001f\u0000\n\\u001f"]), '{"s":"\\u001F\\u0000\\n\\\\u001f"}');
});

Deno.test("A row is one line, and NULL stands in it as null", () => {
  const write = jsonRowWriter([{ name: "s", type: "STRING" }, { name: "d", type: "DOUBLE" }], UTC);
  equal(write(["two\nlines", null]), '{"s":"two\\nlines","d":null}');
  equal(write([null, NaN]), '{"s":null,"d":"NaN"}');
});
