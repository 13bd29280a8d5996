/** UNION ALL: the rows of several SELECTs, whose columns take the types that they have in common. */
import { type DataType, sameType, typeName } from "../records/data_type.ts";
import type { TextRange } from "./ast.ts";
import { castTo, commonType } from "./coercion.ts";
import type { Expression } from "./plan.ts";
import type { RowSelect } from "./select.ts";
import { sqlError } from "./sql_error.ts";

/** Takes one SELECT behind the other. */
export class Union {
  readonly #sql: string;
  readonly #columns: RowSelect["columns"];
  readonly #branches: RowSelect["branches"][number][];
  #types: readonly DataType[];

  constructor(first: RowSelect, sql: string) {
    this.#sql = sql;
    this.#columns = first.columns;
    this.#branches = [...first.branches];
    this.#types = typesOf(first);
  }

  /** Adds a SELECT. @throws {SfcrimeError} SQL, where its columns do not go with those before. */
  add(right: RowSelect, at: TextRange): void {
    if (this.#columns.length !== right.columns.length) {
      const counts = `${this.#columns.length} and ${right.columns.length} columns`;
      throw sqlError(this.#sql, at, `UNION ALL needs as many columns on both sides, not ${counts}.`);
    }
    const types = typesOf(right).map((type, index) => this.#commonType(index, type, at));
    if (types.some((type, index) => !sameType(type, this.#types[index]!))) {
      this.#branches.forEach((branch, index) => this.#branches[index] = cast(branch, types));
    }
    for (const branch of right.branches) this.#branches.push(cast(branch, types));
    this.#types = types;
  }

  /** All of them. */
  take(): RowSelect {
    return { kind: "rows", columns: this.#columns, branches: this.#branches };
  }

  #commonType(index: number, type: DataType, at: TextRange): DataType {
    const known = this.#types[index]!;
    const common = commonType(known, type);
    if (common !== undefined) return common;
    const types = `${typeName(known)} on one side and ${typeName(type)} on the other`;
    throw sqlError(this.#sql, at, `column ${this.#columns[index]!.name} of UNION ALL is ${types}.`);
  }
}

function typesOf({ branches }: RowSelect): DataType[] {
  return branches[0]!.output.map(({ type }: Expression) => type);
}

function cast(
  { view, output }: RowSelect["branches"][number],
  types: readonly DataType[],
): RowSelect["branches"][number] {
  return { view, output: output.map((expression, index) => castTo(expression, types[index]!)) };
}
