import { ok } from "assert";

const ROOT = new URL("../../../", import.meta.url);
const PAGE = Deno.readTextFileSync(new URL("docs/semantics.md", ROOT));

Deno.test("Each rule of docs/semantics.md names a file that has a test of the title that it gives", () => {
  const [, table] = PAGE.split("## Rules of Spark and the tests that hold them");
  const rules = [...table!.split("\n## ")[0]!.matchAll(/^\| (.+?) +\| `(tests\/\S+)` +\| (.+?) +\|$/gm)];
  ok(rules.length > 40, `only ${rules.length} rules were found`);
  for (const [, rule, path, title] of rules) {
    ok(Deno.readTextFileSync(new URL(path!, ROOT)).includes(title!), `${rule}: ${path} has no "${title}"`);
  }
});
