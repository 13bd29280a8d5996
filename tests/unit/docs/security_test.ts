import { deepEqual, ok } from "assert";
import { loadSettings } from "../../../lib/config/settings.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/security.md", import.meta.url));

Deno.test("Every section that docs/security.md shows is one that the program takes", () => {
  const sections = [...PAGE.matchAll(/```ini\n(.*?)```/gs)].map(([, text]) => text!);
  ok(sections.length >= 5);
  for (const text of sections) {
    const given = loadSettings({
      flags: [],
      properties: [],
      environment: {},
      file: { path: "app.cfg", text },
    });
    ok(Object.keys(given.clientProperties).length > 1, text);
  }
});

Deno.test("Every variable that docs/security.md names for a secret sets the key beside it", () => {
  const rows = [...PAGE.matchAll(/\| `(?:\[(\w+)\] )?([\w.]+_file)`\s+\| `(SFCRIME_\w+)`/g)];
  ok(rows.length >= 7);
  for (const [, section = "kafka", key, variable] of rows) {
    const { provenance } = loadSettings({
      flags: [],
      properties: [],
      environment: { [variable!]: "a" },
      file: undefined,
    });
    deepEqual(provenance.get(`${section}.${key}`)?.place, variable);
  }
});
