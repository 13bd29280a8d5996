import { equal } from "assert";
import { sameRows } from "../../support/same_values.ts";

const CASES: readonly [same: boolean, type: string, ours: string, theirs: string][] = [
  // What Java before 19 writes for the same value.
  [true, "float", "1.2345679E8", "1.23456792E8"],
  [true, "double", "2.0E23", "1.9999999999999998E23"],
  [true, "string", `"at 1.2345679E8 m"`, `"at 1.23456792E8 m"`],
  [true, "array<float>", "[1.5,1.2345679E8]", "[1.5,1.23456792E8]"],
  // The next value, up or down.
  [false, "float", "1.2345679E8", "1.23456800E8"],
  [false, "float", "1.4E-45", "2.8E-45"],
  [false, "double", "0.1", "0.10000000000000002"],
  [false, "double", "2.0E23", "2.0000000000000003E23"],
  [false, "double", "1.2345679E8", "1.23456792E8"],
  [false, "double", "0.0", "-0.0"],
  [false, "string", `"1.5"`, `"1.5000000000000002"`],
  [false, "string", `"1.23456792E8"`, `"1.2345679E8"`],
  [false, "array<double>", "[1.5]", "[1.5,1.5]"],
  // All digits of a DECIMAL count, and a text is no number.
  [false, "decimal(3,2)", "1.50", "1.5"],
  [false, "bigint", "9007199254740993", "9007199254740992"],
  [false, "string", `"1"`, "1"],
  [false, "double", "null", "0.0"],
];

Deno.test("Numbers are compared by value, exactly, whatever digits they are written with", async (t) => {
  for (const [same, type, ours, theirs] of CASES) {
    await t.step(`${type}: ${ours} and ${theirs}`, () => {
      equal(sameRows(`{"c0":${ours}}`, `{"c0":${theirs}}`, [{ type, tolerance: 0 }]), same);
    });
  }
});

Deno.test("A tolerance is for the columns that have one, and reaches no further than it says", () => {
  const columns = [{ type: "double", tolerance: 1e-12 }, { type: "double", tolerance: 0 }];
  equal(sameRows(`{"c0":1.0000000000001,"c1":2.0}`, `{"c0":1.0,"c1":2.0}`, columns), true);
  equal(sameRows(`{"c0":1.00000000001,"c1":2.0}`, `{"c0":1.0,"c1":2.0}`, columns), false);
  equal(sameRows(`{"c0":1.0,"c1":2.0000000000001}`, `{"c0":1.0,"c1":2.0}`, columns), false);
});
