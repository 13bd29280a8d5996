/** Python reads the archives, as a program that did not write them. */
import { deepEqual } from "assert";
import { createHash } from "node:crypto";
import { runTool } from "../support/cache.ts";
import { tempDir } from "../support/temp_dir.ts";
import { type Entry, tarGz, zip } from "./archive.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const ENTRIES: readonly Entry[] = [
  { path: "a/program", bytes: bytes("\x7fELF".repeat(50_000)), isExecutable: true },
  { path: "a/notes.txt", bytes: bytes("Überall: \u{1f694}\n") },
  { path: "a/empty", bytes: bytes("") },
];
const DATE = new Date("2026-03-29T01:30:20Z");

/** Prints what an archive says of each file, as JSON. */
const READ_TAR = `
import hashlib, json, sys, tarfile
with tarfile.open(sys.argv[1], "r:gz") as tar:
    print(json.dumps([{"path": f.name, "mode": oct(f.mode), "seconds": f.mtime, "owner": [f.uid, f.uname, f.gid, f.gname],
                       "sum": hashlib.sha256(tar.extractfile(f).read()).hexdigest()} for f in tar]))
`;
const READ_ZIP = `
import calendar, hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([{"path": f.filename, "mode": oct(f.external_attr >> 16), "seconds": calendar.timegm(f.date_time),
                       "sum": hashlib.sha256(z.read(f)).hexdigest()} for f in z.infolist()]))
`;

/** What it should say. */
function described({ path, bytes, isExecutable }: Entry) {
  const sum = createHash("sha256").update(bytes).digest("hex");
  return { path, mode: isExecutable ? "755" : "644", seconds: DATE.getTime() / 1_000, sum };
}

async function readBy(script: string, archive: Uint8Array): Promise<unknown> {
  await using directory = await tempDir();
  const file = await directory.write("archive", archive);
  return JSON.parse(await runTool("python3", ["-c", script, file]));
}

Deno.test("A tar archive has each file with its mode and date, and names no owner", async () => {
  const expected = ENTRIES.map(described).map(({ mode, ...others }) => (
    { ...others, mode: `0o${mode}`, owner: [0, "", 0, ""] }
  ));
  deepEqual(await readBy(READ_TAR, await tarGz(ENTRIES, DATE)), expected);
});

Deno.test("A ZIP archive has each file with its mode, and the date in UTC, wherever it is written", async () => {
  const expected = ENTRIES.map(described).map(({ mode, ...others }) => ({ ...others, mode: `0o100${mode}` }));
  deepEqual(await readBy(READ_ZIP, zip(ENTRIES, DATE)), expected);
});
