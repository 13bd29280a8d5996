/** What is sent of an array with a broken element, held against the elements as they were before. */
import { deepEqual, ok } from "assert";
import fc from "fast-check";
import { RecordSplitter } from "../../lib/records/splitting/record_splitter.ts";
import { brokenArrays, parsed } from "../support/broken_arrays.ts";
import { splitInChunks } from "../support/split_input.ts";

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** An object that the damage itself has brought in is not, and is nobody's part. */
function isNumbered(object: string): boolean {
  return object.includes('"id":"n');
}

/** What a splitter makes of a text. */
function split(text: string) {
  const splitter = new RecordSplitter(() => undefined);
  const sent: string[] = [];
  let isSure = true;
  for (const part of [() => splitter.push(utf8.encode(text)), () => splitter.finish()]) {
    for (const item of part()) {
      if (item.kind === "record") sent.push(decoder.decode(item.bytes));
      else if (item.mayHoldRecords) isSure = false;
    }
  }
  return { sent: sent.filter(isNumbered), isSure: isSure && !splitter.isIncomplete };
}

function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const one of all) if (one === some[at]) at++;
  return at === some.length;
}

const RUNS = { numRuns: 2_000 };

Deno.test("Of an array with a broken element all others are sent as they are, or it is told that some are not", () => {
  fc.assert(
    fc.property(brokenArrays, ({ text, elements, broken }) => {
      fc.pre(text.isWellFormed() && parsed(text) === undefined);
      const { sent, isSure } = split(text);
      const others = elements.filter((_, index) => index !== broken);
      if (isSure) deepEqual(sent.filter((one) => one !== elements[broken]), others);
    }),
    RUNS,
  );
});

Deno.test("Nothing is sent that is a part of an element", () => {
  fc.assert(
    fc.property(brokenArrays, ({ text, elements, losesOpener }) => {
      fc.pre(text.isWellFormed() && parsed(text) === undefined && !losesOpener);
      const { sent } = split(text);
      ok(isSubsequence(sent, elements), sent.join("\n"));
    }),
    RUNS,
  );
});

Deno.test("Where an opening bracket is missing, parts stand where elements do; that is told when it is closed", () => {
  fc.assert(
    fc.property(brokenArrays, ({ text, elements, losesOpener }) => {
      fc.pre(text.isWellFormed() && parsed(text) === undefined && losesOpener);
      const { sent, isSure } = split(text);
      ok(!isSure || isSubsequence(sent, elements), sent.join("\n"));
    }),
    RUNS,
  );
});

Deno.test("An array that is JSON in spite of a change has the elements that JSON.parse finds", () => {
  fc.assert(
    fc.property(brokenArrays, ({ text }) => {
      const expected = parsed(text);
      fc.pre(text.isWellFormed() && expected !== undefined);
      const { sent, isSure } = split(text);
      ok(isSure);
      deepEqual(
        sent.map((one) => JSON.stringify(JSON.parse(one))),
        expected!.filter((one) => one.startsWith("{") && isNumbered(one)),
      );
    }),
    { numRuns: 300 },
  );
});

Deno.test("A broken array is split the same wherever its chunks are cut", () => {
  fc.assert(
    fc.property(brokenArrays, fc.array(fc.nat(), { maxLength: 12 }), ({ text }, cuts) => {
      fc.pre(text.isWellFormed());
      const bytes = utf8.encode(text);
      deepEqual(splitInChunks(bytes, cuts), splitInChunks(bytes, []));
    }),
    RUNS,
  );
});
