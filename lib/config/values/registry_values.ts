/** The values of settings about schema registries. */
import { type Kind, parsedBy } from "./values.ts";

/** An address by HTTP. Credentials have settings of their own, which are never shown. */
export const httpUrl: Kind<string> = {
  schema: parsedBy((text) => {
    const url = URL.parse(text);
    const isValid = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
      url.password === "" && url.search === "" && url.hash === "";
    return isValid ? text : undefined;
  }),
  allowed: "http://HOST:PORT or https://HOST:PORT, and a path where needed",
};

/** Where a schema is: a version in the registry, or a file. */
export type SchemaChoice =
  | { readonly kind: "version"; readonly version: number | "latest" }
  | { readonly kind: "file"; readonly path: string };

/** {@link SchemaChoice}, as text. */
export const schemaChoice: Kind<SchemaChoice> = {
  schema: parsedBy((text) => {
    if (/^latest$/i.test(text)) return { kind: "version", version: "latest" };
    if (/^[1-9]\d{0,8}$/.test(text)) return { kind: "version", version: Number(text) };
    const path = text.replace(/^@/, "");
    return path === "" ? undefined : { kind: "file", path };
  }),
  allowed: "latest, a version, or the path of a file",
};
