/**
 * A queue between whoever makes items and whoever takes them, of bounded size: making waits where taking is slower,
 * and taking waits where there is nothing. Items come out in the order in which they were put.
 */

/** Someone who waits for room, with an item. */
interface WaitingPut<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Someone who waits for an item. */
interface WaitingTake<T> {
  readonly resolve: (item: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** How large a queue may become. */
export interface BoundedQueueOptions<T> {
  /** The most that the items in the queue may come to. */
  readonly sizeMax: number;
  /** What an item counts. One where it is absent. */
  readonly sizeOf?: (item: T) => number;
}

/**
 * See the module's description. An item that is larger than the whole queue gets in when the queue is empty, so the
 * bound is exceeded by one such item at the most.
 *
 * ```ts
 * import { BoundedQueue } from "./bounded_queue.ts";
 *
 * const queue = new BoundedQueue<string>({ sizeMax: 2 });
 * await queue.put("a");
 * await queue.put("b");
 * queue.end();
 * for await (const item of queue) console.log(item);
 * ```
 */
export class BoundedQueue<T> implements AsyncIterable<T> {
  readonly #sizeMax: number;
  readonly #sizeOf: (item: T) => number;
  readonly #items: T[] = [];
  readonly #puts: WaitingPut<T>[] = [];
  readonly #takes: WaitingTake<T>[] = [];
  #size = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ sizeMax, sizeOf = () => 1 }: BoundedQueueOptions<T>) {
    this.#sizeMax = sizeMax;
    this.#sizeOf = sizeOf;
  }

  /** What the items in the queue come to. */
  get size(): number {
    return this.#size;
  }

  /**
   * Puts an item in; resolves when it is in the queue. Items that wait for room get in in the order of the calls.
   *
   * @throws What the queue has failed with.
   */
  put(item: T): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#ended) return Promise.reject(new Error("The queue has ended."));
    const put = new Promise<void>((resolve, reject) => this.#puts.push({ item, resolve, reject }));
    this.#move();
    return put;
  }

  /**
   * Takes the first item out, as soon as there is one; undefined once the queue has ended and is empty.
   *
   * @throws What the queue has failed with.
   */
  take(): Promise<T | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const take = new Promise<T | undefined>((resolve, reject) => this.#takes.push({ resolve, reject }));
    this.#move();
    return take;
  }

  /** Ends the queue: what was put is still taken, and nothing more is put. */
  end(): void {
    this.#ended = true;
    this.#move();
  }

  /** Fails the queue for both sides, now and from now on, and drops what is in it. The first failure stays. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#items.length = 0;
    this.#size = 0;
    for (const { reject } of [...this.#puts.splice(0), ...this.#takes.splice(0)]) reject(error);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (let item = await this.take(); item !== undefined; item = await this.take()) yield item;
  }

  /** Moves items in as far as there is room, and out as far as they are waited for. */
  #move(): void {
    for (;;) {
      if (this.#takes.length > 0 && this.#items.length > 0) this.#giveFirst();
      else if (this.#puts.length > 0 && this.#hasRoom(this.#sizeOf(this.#puts[0]!.item))) this.#takeIn();
      else break;
    }
    if (!this.#ended || this.#items.length > 0 || this.#puts.length > 0) return;
    for (const { resolve } of this.#takes.splice(0)) resolve(undefined);
  }

  #hasRoom(size: number): boolean {
    return this.#items.length === 0 || this.#size + size <= this.#sizeMax;
  }

  #takeIn(): void {
    const { item, resolve } = this.#puts.shift()!;
    this.#items.push(item);
    this.#size += this.#sizeOf(item);
    resolve();
  }

  #giveFirst(): void {
    const item = this.#items.shift()!;
    this.#size -= this.#sizeOf(item);
    this.#takes.shift()!.resolve(item);
  }
}
