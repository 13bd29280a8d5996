/** Goes through all statements of Spark's SQL query tests, file by file, and compares those that are one SELECT. */
import { join } from "node:path";
import { readAnswers, type Statement } from "./answer_file.ts";
import { judge, type Verdict } from "./judge.ts";
import { isSelect } from "./rewrite.ts";
import { Session, testTables } from "./session.ts";
import { Settings } from "./settings.ts";

/** A statement that is one SELECT, and what came of it. */
export interface Compared {
  readonly statement: Statement;
  readonly verdict: Verdict;
}

/** Compares every SELECT below a directory as `sparkStatements` gives it. */
export async function* survey(directory: string): AsyncGenerator<Compared> {
  const results = join(directory, "sql-tests", "results");
  const tables = await testTables(directory);
  for (const file of filesBelow(results).toSorted()) {
    const input = join(directory, "sql-tests", "inputs", file.replace(/\.out$/, ""));
    const settings = new Settings(file, await textOrNone(input));
    const session = new Session(tables);
    for (const statement of readAnswers(file, await Deno.readTextFile(join(results, file)))) {
      if (isSelect(statement.sql)) {
        yield { statement, verdict: await verdictOf(statement, session, settings) };
      } else if (statement.answer.kind === "result" && !settings.apply(statement.sql)) {
        await session.follow(statement.sql, settings.timeZone);
      }
    }
  }
}

async function verdictOf(
  statement: Statement,
  { relations }: Session,
  settings: Settings,
): Promise<Verdict> {
  const unlike = settings.unlike(statement.sql);
  if (unlike !== undefined) return { kind: "not compared", reason: "setting", detail: unlike };
  return await judge(statement, { relations, timeZone: settings.timeZone });
}

function filesBelow(directory: string, path = ""): string[] {
  return [...Deno.readDirSync(join(directory, path))].flatMap(({ name, isDirectory }) => {
    const inner = join(path, name);
    if (isDirectory) return filesBelow(directory, inner);
    return name.endsWith(".sql.out") ? [inner] : [];
  });
}

/** Some statements are made of others, and have no file of their own. */
async function textOrNone(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
