/** The marks of the records of a partition: of each, or of many in a row, which are computed when they are asked for. */

/** Where the marks of many records come from. */
export interface MarkSource<Mark> {
  /** The mark of a record, by its index among those of a partition. */
  markOf(partition: number, index: number): Mark;
}

/** Marks of records that were added one by one, or the source of those that came at once. */
type Run<Mark> = { readonly marks: Mark[] } | { readonly source: MarkSource<Mark>; readonly count: number };

/** See the module's description. */
export class Marks<Mark> {
  readonly #partition: number;
  readonly #runs: Run<Mark>[] = [];

  constructor(partition: number) {
    this.#partition = partition;
  }

  /** Adds the mark of a record. */
  add(mark: Mark): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && "marks" in last) last.marks.push(mark);
    else this.#runs.push({ marks: [mark] });
  }

  /** Adds the marks of many records. */
  addMany(count: number, source: MarkSource<Mark>): void {
    this.#runs.push({ source, count });
  }

  /** The mark of a record, by its index. */
  at(index: number): Mark {
    let left = index;
    for (const run of this.#runs) {
      const count = "marks" in run ? run.marks.length : run.count;
      if (left < count) return "marks" in run ? run.marks[left]! : run.source.markOf(this.#partition, left);
      left -= count;
    }
    throw new RangeError(`There is no record ${index}.`);
  }
}
