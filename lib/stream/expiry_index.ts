/**
 * Items by the time at which they expire: a heap of times, and the items of each. Taking what has expired
 * costs as much as there is to take, however much is kept.
 */
export class ExpiryIndex<T> {
  readonly #items = new Map<number, Set<T>>();
  /** A binary heap of the keys of {@link #items}: no parent is later than its children. */
  readonly #times: number[] = [];

  add(time: number, item: T): void {
    const items = this.#items.get(time);
    if (items !== undefined) {
      items.add(item);
      return;
    }
    this.#items.set(time, new Set([item]));
    this.#times.push(time);
    this.#rise(this.#times.length - 1);
  }

  /** The latest time of all items; undefined where there is none. */
  get latest(): number | undefined {
    let latest: number | undefined;
    for (const [time, items] of this.#items) {
      if (items.size > 0 && (latest === undefined || time > latest)) latest = time;
    }
    return latest;
  }

  /** Takes out an item that was added with that time. */
  delete(time: number, item: T): void {
    this.#items.get(time)?.delete(item);
  }

  /** Takes out all items up to and with a time: the earliest first, and in the order in which they came. */
  takeUntil(time: number): T[] {
    const taken: T[] = [];
    while (this.#times.length > 0 && this.#times[0]! <= time) {
      const earliest = this.#times[0]!;
      for (const item of this.#items.get(earliest)!) taken.push(item);
      this.#items.delete(earliest);
      const last = this.#times.pop()!;
      if (this.#times.length > 0) {
        this.#times[0] = last;
        this.#sink(0);
      }
    }
    return taken;
  }

  #rise(index: number): void {
    for (let at = index; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= this.#times[at]!) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(index: number): void {
    for (let at = index;;) {
      const left = 2 * at + 1;
      if (left >= this.#times.length) return;
      const right = left + 1;
      const child = right < this.#times.length && this.#times[right]! < this.#times[left]! ? right : left;
      if (this.#times[at]! <= this.#times[child]!) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(left: number, right: number): void {
    [this.#times[left], this.#times[right]] = [this.#times[right]!, this.#times[left]!];
  }
}
