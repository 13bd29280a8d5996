/** The rows of several SELECTs, with columns of their common types. */
import { type DataType, sameType, typeName } from "../../../records/data_type.ts";
import type { TextRange } from "../../syntax/ast.ts";
import { castTo, commonType } from "../../functions/coercion.ts";
import type { Expression } from "../../plan.ts";
import type { RowSelect } from "../analysis.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** Combines SELECTs, one after the other. */
export class Union {
  readonly #sql: string;
  readonly #name: string;
  readonly #columns: RowSelect["columns"];
  readonly #branches: RowSelect["branches"][number][];
  #types: readonly DataType[];

  /** @param name What combines them, in errors. */
  constructor(first: RowSelect, sql: string, name = "UNION") {
    this.#sql = sql;
    this.#name = name;
    this.#columns = first.columns;
    this.#branches = [...first.branches];
    this.#types = typesOf(first);
  }

  /** Adds a SELECT. @throws {SfcrimeError} SQL, if its columns are not compatible. */
  add(right: RowSelect, at: TextRange): void {
    if (this.#columns.length !== right.columns.length) {
      const counts = `the first has ${this.#columns.length} and the second ${right.columns.length}`;
      const problem = `${this.#name} requires inputs with the same number of columns, but ${counts}.`;
      throw sqlError(this.#sql, at, problem);
    }
    const types = typesOf(right).map((type, index) => this.#commonType(index, type, at));
    if (types.some((type, index) => !sameType(type, this.#types[index]!))) {
      this.#branches.forEach((branch, index) => this.#branches[index] = cast(branch, types));
    }
    for (const branch of right.branches) this.#branches.push(cast(branch, types));
    this.#types = types;
  }

  /** The types that columns have by now. */
  get types(): readonly DataType[] {
    return this.#types;
  }

  /** The combined SELECT. */
  take(): RowSelect {
    return { columns: this.#columns, branches: this.#branches, sort: [] };
  }

  #commonType(index: number, type: DataType, at: TextRange): DataType {
    const known = this.#types[index]!;
    const common = commonType(known, type);
    if (common !== undefined) return common;
    const types = `${typeName(known)} in the first input and ${typeName(type)} in the second`;
    throw sqlError(
      this.#sql,
      at,
      `${this.#name} requires compatible column types, but ${this.#columns[index]!.name} is ${types}.`,
    );
  }
}

function typesOf({ branches }: RowSelect): DataType[] {
  return branches[0]!.output.map(({ type }: Expression) => type);
}

function cast(
  { draft, output }: RowSelect["branches"][number],
  types: readonly DataType[],
): RowSelect["branches"][number] {
  return { draft, output: output.map((expression, index) => castTo(expression, types[index]!)) };
}
