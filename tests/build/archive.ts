/**
 * Archives of files, as the users of each platform unpack them: `tar.gz` and `zip`. They keep which files can be
 * executed, and are the same byte for byte if their files are: in the order given, owned by nobody in particular, and
 * of the date that is given.
 */
import { type Zippable, zipSync } from "fflate";
import { packTar } from "modern-tar";
import { gzipSync } from "node:zlib";

/** A file in an archive. */
export interface Entry {
  /** Relative, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isExecutable?: boolean;
}

const EXECUTABLE_MODE = 0o755;
const MODE = 0o644;

/** A tar archive, compressed with gzip. */
export async function tarGz(entries: readonly Entry[], date: Date): Promise<Uint8Array> {
  const tar = await packTar(entries.map(({ path, bytes, isExecutable }) => ({
    header: {
      name: path,
      size: bytes.length,
      mode: isExecutable ? EXECUTABLE_MODE : MODE,
      mtime: date,
      type: "file",
    },
    body: bytes,
  })));
  return gzipSync(tar, { level: 9 });
}

/** Of Unix, where an archive says who made it: the attributes are then a mode. */
const UNIX = 3;
const REGULAR_FILE = 0o100_000;
const MODE_SHIFT = 2 ** 16;

/** A ZIP archive. */
export function zip(entries: readonly Entry[], date: Date): Uint8Array {
  const files: Zippable = {};
  for (const { path, bytes, isExecutable } of entries) {
    const mode = REGULAR_FILE + (isExecutable ? EXECUTABLE_MODE : MODE);
    files[path] = [bytes, { level: 9, mtime: wallClock(date), os: UNIX, attrs: mode * MODE_SHIFT }];
  }
  return zipSync(files);
}

/** ZIP has local times: the one that shows the time in UTC, wherever this runs. */
function wallClock(date: Date): Date {
  return new Date(
    ...[date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const,
    ...[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()] as const,
  );
}
