/** Stores made by openssl and by Java's keytool, of which this program makes PEM. */
import { deepEqual, equal, ok, rejects } from "assert";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readKeyStore } from "../../../lib/broker/kafka/login/key_store.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { runTool } from "../../support/cache.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PASSWORD = "halibut";

const subjects = (certificates: readonly string[]) =>
  certificates.map((pem) => new X509Certificate(pem).subject);

Deno.test("Certificates and keys are read from PEM and PKCS #12, by whichever tool; JKS and wrong passwords are refused", async () => {
  await using directory = await tempDir();
  const cwd = directory.path;
  const at = (name: string) => join(cwd, name);
  await makeCertificates(cwd);
  const openssl = (...args: string[]) => runTool("openssl", args, { cwd });
  const rsa = "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout rsa.key -out rsa.pem -subj /CN=rsa";
  await openssl(...rsa.split(" "));
  const pack = "pkcs12 -export -passout pass:halibut";
  const make = (words: string) => openssl(...`${pack} ${words}`.split(" "));
  await make("-in client.pem -inkey client.key -certfile ca.pem -out client.p12");
  await make("-legacy -in client.pem -inkey client.key -out legacy.p12");
  await make("-in rsa.pem -inkey rsa.key -out rsa.p12");
  const keytool = (words: string) => runTool("keytool", words.split(" "), { cwd });
  await keytool(
    "-importcert -noprompt -alias ca -file ca.pem -keystore trust.p12 -storetype PKCS12 -storepass halibut",
  );
  await keytool(
    "-importcert -noprompt -alias ca -file ca.pem -keystore trust.jks -storetype JKS -storepass halibut",
  );
  const text = await Promise.all(["client.key", "client.pem"].map((name) => Deno.readTextFile(at(name))));
  await Deno.writeTextFile(at("both.pem"), text.join(""));

  const read = (name: string, password: string | undefined = PASSWORD) =>
    readKeyStore({ path: at(name), setting: "ssl.keystore.location", password });
  const expected: Readonly<Record<string, readonly string[]>> = {
    "client.p12": ["CN=client", "CN=ca"],
    "legacy.p12": ["CN=client"],
    "rsa.p12": ["CN=rsa"],
    "both.pem": ["CN=client"],
  };
  for (const [name, names] of Object.entries(expected)) {
    const { certificates, key } = await read(name);
    deepEqual(subjects(certificates), names, name);
    const [own] = certificates;
    ok(createPublicKey(createPrivateKey(key!)).equals(new X509Certificate(own!).publicKey), name);
  }
  const trust = await read("trust.p12");
  deepEqual(subjects(trust.certificates), ["CN=ca"]);
  equal(trust.key, undefined);

  const refused = (name: string, message: RegExp, password?: string) =>
    rejects(() => read(name, password), (error) => {
      const { message: said, hint } = error as Error & { readonly hint?: string };
      ok(message.test(`${said} ${hint}`), `${said} ${hint}`);
      return true;
    });
  await refused(
    "client.p12",
    /^ssl\.keystore\.location: .*client\.p12 cannot be opened\. Check ssl\.keystore\.password\.$/,
    "x",
  );
  await refused(
    "trust.jks",
    /trust\.jks is a store in Java's own format, JKS\. Convert it: keytool -importkeystore/,
  );
  await Deno.writeTextFile(at("text"), "no store");
  await refused("text", /text is neither PEM nor PKCS #12/);
  await refused("gone", /^ssl\.keystore\.location: cannot read .*gone/);
});
