/**
 * Opens the inputs of `produce`: files, stdin, or the built-in sample, plain or compressed. Their first bytes are checked
 * before the program contacts a broker.
 */
import type { Clock } from "../../base/clock.ts";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import { FileInput, packingOfFile } from "./file_input.ts";
import { FollowedInput } from "./followed_input.ts";
import type { InputSource } from "./input_source.ts";
import { SeveralInputs } from "./several_inputs.ts";
import { StreamInput } from "./stream_input.ts";

/** The built-in sample of real calls. */
const SAMPLE_FILE = new URL("../../../config/police-department-calls-for-service.json.gz", import.meta.url);

/** The name of the sample on the command line. */
export const SAMPLE = "sample";

const STDIN = "-";
/** Its names as a file, for which other programs take it. */
const STDIN_FILES = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** How to open inputs. */
export interface OpenInputOptions {
  /** Called if stdin is read. */
  readonly stdin: () => ReadableStream<Uint8Array>;
  /** How records are written; if undefined, they are JSON. */
  readonly format?: InputFormat | undefined;
  /** Follows the last input as it grows, by this clock. */
  readonly followedBy?: Clock | undefined;
}

/** Whether a path is that of stdin. */
export function isStdin(path: string): boolean {
  return path === STDIN || STDIN_FILES.includes(path);
}

/** Opens inputs, which are read one after the other. @throws {SfcrimeError} As {@link openInput}; USAGE for stdin twice. */
export async function openInputs(paths: readonly string[], options: OpenInputOptions): Promise<InputSource> {
  if (paths.filter(isStdin).length > 1) {
    throw new SfcrimeError("USAGE", "stdin is an input twice, and can be read only once.");
  }
  const sources: InputSource[] = [];
  for (const [index, path] of paths.entries()) {
    const isLast = index === paths.length - 1;
    sources.push(await openInput(path, isLast ? options : { ...options, followedBy: undefined }));
  }
  return sources.length === 1 ? sources[0]! : new SeveralInputs(sources);
}

/**
 * Opens an input.
 *
 * @param path A file or a named pipe, `-` for stdin, or {@link SAMPLE}.
 * @throws {SfcrimeError} FILE_MISSING when there is no such file; INPUT when it is empty, a directory, or
 * not of the format.
 */
export async function openInput(
  path: string,
  { stdin, format, followedBy }: OpenInputOptions,
): Promise<InputSource> {
  if (isStdin(path)) return await StreamInput.open(stdin(), { name: "stdin", format });
  const [file, name] = path === SAMPLE ? [SAMPLE_FILE, "the built-in sample"] as const : [path, path];
  const info = await statFile(file, name);
  // A pipe can be read once only.
  if (!info.isFile) return await StreamInput.open((await Deno.open(file)).readable, { name, format });
  const packing = await packingOfFile(file);
  if (followedBy !== undefined && typeof file === "string") {
    if (packing === undefined) return new FollowedInput(file, followedBy);
    throw new SfcrimeError("USAGE", `${name} is compressed, and cannot be followed.`, {
      hint: "Remove --follow to send what it has now.",
    });
  }
  const source = new FileInput(file, { name, sizeBytes: info.size, packing });
  await source.requireFormat(format);
  return source;
}

async function statFile(file: string | URL, name: string): Promise<Deno.FileInfo> {
  try {
    const info = await Deno.stat(file);
    if (info.isDirectory) throw new SfcrimeError("USAGE", `${name} is a directory, not a file.`);
    return info;
  } catch (cause) {
    if (cause instanceof SfcrimeError) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new SfcrimeError("FILE_MISSING", `No such file: ${name}.`, {
        hint: `Check the path; - is stdin, and ${SAMPLE} the built-in police calls.`,
        cause,
      });
    }
    throw new SfcrimeError("INPUT", `Cannot read ${name}: ${messageOf(cause)}.`, { cause });
  }
}
