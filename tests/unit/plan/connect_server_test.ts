import { deepEqual, equal, throws } from "assert";
import { connectServer } from "../../../lib/plan/checks/connect_server.ts";
import { loadSettings } from "../../../lib/config/settings.ts";
import { tempDir } from "../../support/temp_dir.ts";

Deno.test("The token of a Spark Connect server may be in a file, and is then sent with TLS", async () => {
  await using directory = await tempDir();
  const file = `${directory.path}/token`;
  await Deno.writeTextFile(file, "swordfish\n");
  const serverOf = (text: string) =>
    connectServer(loadSettings({
      flags: [],
      properties: [],
      environment: {},
      file: { path: "app.cfg", text: `[spark]\n${text}\n` },
    }));
  equal(serverOf(`token_file = ${file}`), undefined);
  const plain = serverOf("remote = sc://h:1\nca_file = ca.pem")!;
  deepEqual([plain.token, plain.isSecure, plain.caFile], [undefined, false, "ca.pem"]);
  const secret = serverOf(`remote = sc://h:1\ntoken_file = ${file}`)!;
  deepEqual([secret.token, secret.isSecure], ["swordfish", true]);
  throws(
    () => serverOf(`remote = sc://h:1/;token=t\ntoken_file = ${file}`),
    /both a token in remote and token_file/,
  );
  throws(() => serverOf("remote = sc://h:1\ntoken_file = /gone"), /\[spark\] token_file: cannot read \/gone/);
});
