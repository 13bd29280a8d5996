/**
 * The login in `sasl.jaas.config` of Java's client, as the properties that it stands for here: a module of Java, a word, and
 * options, such as `….PlainLoginModule required username="alice" password="…";`.
 */

/** The properties by our names, or what is wrong; neither has a secret in its text. */
export type JaasLogin =
  | { readonly properties: Readonly<Record<string, string>> }
  | { readonly problem: string; readonly hint?: string };

const ENTRY =
  /^\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b((?:\s+[^\s=;]+\s*=\s*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s;"']+))*)\s*;?\s*$/si;
const OPTION = /\s+([^\s=;]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s;"']+))/gs;

const EXTENSION = "extension_";

const PASSWORD_OPTIONS: Readonly<Record<string, string>> = {
  username: "sasl.username",
  password: "sasl.password",
};

/** Our properties by the options of each module, without its package. */
const MODULES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PlainLoginModule: PASSWORD_OPTIONS,
  ScramLoginModule: PASSWORD_OPTIONS,
  OAuthBearerLoginModule: {
    clientId: "sasl.oauthbearer.client.id",
    clientSecret: "sasl.oauthbearer.client.secret",
    scope: "sasl.oauthbearer.scope",
    "ssl.truststore.location": "https.ca.location",
  },
};

/** See the module's description. */
export function jaasLogin(text: string): JaasLogin {
  const [, module, options] = ENTRY.exec(text) ?? [];
  if (module === undefined || options === undefined) {
    return { problem: "it is not the entry of a login", hint: 'Expected MODULE required NAME="VALUE" …;' };
  }
  const name = module.slice(module.lastIndexOf(".") + 1);
  const known = Object.hasOwn(MODULES, name) ? MODULES[name]! : undefined;
  if (known === undefined) {
    const what = name === "Krb5LoginModule"
      ? "logins by Kerberos (GSSAPI) are not supported"
      : `${name} is not supported`;
    return { problem: what, hint: `Supported: ${Object.keys(MODULES).join(", ")}.` };
  }
  return propertiesOf(options, { name, known });
}

function propertiesOf(
  options: string,
  { name, known }: { readonly name: string; readonly known: Readonly<Record<string, string>> },
): JaasLogin {
  const properties: Record<string, string> = {};
  const extensions: string[] = [];
  for (const [, key, double, single, bare] of options.matchAll(OPTION)) {
    const value = bare ?? (double ?? single)!.replace(/\\(.)/gs, "$1");
    const property = Object.hasOwn(known, key!) ? known[key!] : undefined;
    if (property !== undefined) properties[property] = value;
    else if (name === "OAuthBearerLoginModule" && key!.startsWith(EXTENSION)) {
      extensions.push(`${key!.slice(EXTENSION.length)}=${value}`);
    } else return { problem: `its option ${key} is not supported` };
  }
  if (extensions.length > 0) properties["sasl.oauthbearer.extensions"] = extensions.join();
  return { properties };
}
