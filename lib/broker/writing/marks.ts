/** The marks of the records of a batch: of each, or of many in a row, which are computed when they are asked for. */

/** Marks in a row. */
interface Run<Mark> {
  count: number;
  readonly at: (index: number) => Mark;
  /** Marks that were added one by one. */
  readonly single?: Mark[];
}

/** See the module's description. */
export class Marks<Mark> {
  readonly #runs: Run<Mark>[] = [];

  /** Adds the mark of a record. */
  add(mark: Mark): void {
    const last = this.#runs.at(-1);
    if (last?.single !== undefined) {
      last.single.push(mark);
      last.count++;
      return;
    }
    const single = [mark];
    this.#runs.push({ count: 1, at: (index) => single[index]!, single });
  }

  /** Adds the marks of many records. */
  addMany(count: number, at: (index: number) => Mark): void {
    this.#runs.push({ count, at });
  }

  /** The mark of a record, by its index. */
  at(index: number): Mark {
    let left = index;
    for (const { count, at } of this.#runs) {
      if (left < count) return at(left);
      left -= count;
    }
    throw new RangeError(`There is no record ${index}.`);
  }
}
