/**
 * Generates the types of Spark Connect's protocol in `lib/spark/connect/protocol/`: `deno task protocol`. The
 * descriptors stand in PySpark's own modules, as literals of bytes; buf's generator makes TypeScript of them.
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  file_google_protobuf_any,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { runTool } from "./cache.ts";
import { sparkPython } from "./spark_home.ts";
import { ROOT } from "./task.ts";

/** The directory of the modules. */
export const PROTOCOL: string = join(ROOT, "lib/spark/connect/protocol");
/** The service; what it needs of the other files follows from its imports. */
const SERVICE = "spark/connect/base.proto";
const GENERATOR = "npm:@bufbuild/protoc-gen-es@2.17.0";

const HEADER = "// deno-lint-ignore-file\n// deno-fmt-ignore-file\n";

/** Prints the descriptors of all files, in base64, one per line. */
const PRINT_DESCRIPTORS = `
import ast, base64, pathlib, pyspark
for path in sorted(pathlib.Path(pyspark.__file__).parent.glob("sql/connect/proto/*_pb2.py")):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "AddSerializedFile":
            print(base64.b64encode(node.args[0].value).decode())
`;

/** The generated modules, by the names of their files. */
export async function generatedProtocol(): Promise<ReadonlyMap<string, string>> {
  const printed = await runTool(await sparkPython(), ["-c", PRINT_DESCRIPTORS]);
  const files = printed.trim().split("\n").map((line) =>
    fromBinary(FileDescriptorProtoSchema, Buffer.from(line, "base64"))
  );
  const request = create(CodeGeneratorRequestSchema, {
    protoFile: inOrder(new Map([file_google_protobuf_any.proto, ...files].map((file) => [file.name, file]))),
    parameter: "target=ts,import_extension=ts",
  });
  request.fileToGenerate = request.protoFile.map(({ name }) => name).filter((name) =>
    name.startsWith("spark/")
  );
  const response = fromBinary(
    CodeGeneratorResponseSchema,
    await generated(toBinary(CodeGeneratorRequestSchema, request)),
  );
  if (response.error !== "") throw new Error(response.error);
  return new Map(response.file.map(({ name, content }) => [name.split("/").at(-1)!, HEADER + content]));
}

/** What the service needs, each file after those that it imports. */
function inOrder(files: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const add = (name: string) => {
    const file = files.get(name)!;
    file.dependency.forEach(add);
    ordered.add(file);
  };
  add(SERVICE);
  return [...ordered];
}

/** What the generator answers, which speaks on stdin and stdout as a plugin of protoc. */
async function generated(request: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const generator = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-all", GENERATOR],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([request]).stream().pipeTo(generator.stdin);
  const { stdout } = await generator.output();
  return stdout;
}

if (import.meta.main) {
  for (const [name, content] of await generatedProtocol()) {
    await Deno.writeTextFile(join(PROTOCOL, name), content);
  }
}
