/** A file of two numbers that are always the same, and of much else, so that a copy of it takes many steps. */
import type { SqliteKind } from "../../lib/base/files/sqlite_kind.ts";

const BALLAST_ROWS = 40_000;

export const BUSY_FILE: SqliteKind = {
  name: "file of numbers",
  content: {
    applicationId: 0x74657374,
    version: 1,
    schema: `CREATE TABLE numbers (id INTEGER PRIMARY KEY, value INTEGER);
      INSERT INTO numbers VALUES (1, 0), (2, 0);
      CREATE TABLE ballast (id INTEGER PRIMARY KEY, text TEXT);
      WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${BALLAST_ROWS})
        INSERT INTO ballast SELECT id, printf('%0500d', id) FROM n;`,
  },
  synchronous: "NORMAL",
  errorCode: "CHECKPOINT",
  hint: "Choose another file.",
};
