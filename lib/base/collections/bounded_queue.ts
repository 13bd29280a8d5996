/**
 * A bounded first-in, first-out queue between a producer and a consumer: a put waits while the queue is full,
 * and a take waits while it is empty.
 */

/** A producer that waits for room, with its item. */
interface WaitingPut<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A consumer that waits for an item. */
interface WaitingTake<T> {
  readonly resolve: (item: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The bound of a queue. */
export interface BoundedQueueOptions<T> {
  /** The maximum total size of the items in the queue. */
  readonly sizeMax: number;
  /** The size of an item; 1 by default. */
  readonly sizeOf?: (item: T) => number;
}

/**
 * See the module's description. An item that is larger than the whole queue is accepted when the queue is
 * empty, so at most one such item exceeds the bound.
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

  /** The total size of the items in the queue. */
  get size(): number {
    return this.#size;
  }

  /**
   * Puts an item; resolves once it is in the queue. Items that wait for room are accepted in the order of the
   * calls.
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
   * Takes the first item, as soon as there is one; undefined once the queue has ended and is empty.
   *
   * @throws What the queue has failed with.
   */
  take(): Promise<T | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const take = new Promise<T | undefined>((resolve, reject) => this.#takes.push({ resolve, reject }));
    this.#move();
    return take;
  }

  /** Ends the queue: items in it can still be taken, but no more can be put. */
  end(): void {
    this.#ended = true;
    this.#move();
  }

  /** Fails the queue for both sides, permanently, and drops the items in it. The first failure wins. */
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

  /** Accepts waiting items while there is room, and hands items to waiting consumers. */
  #move(): void {
    for (;;) {
      if (this.#takes.length > 0 && this.#items.length > 0) this.#handOver();
      else if (this.#puts.length > 0 && this.#hasRoom(this.#sizeOf(this.#puts[0]!.item))) this.#accept();
      else break;
    }
    if (!this.#ended || this.#items.length > 0 || this.#puts.length > 0) return;
    for (const { resolve } of this.#takes.splice(0)) resolve(undefined);
  }

  #hasRoom(size: number): boolean {
    return this.#items.length === 0 || this.#size + size <= this.#sizeMax;
  }

  #accept(): void {
    const { item, resolve } = this.#puts.shift()!;
    this.#items.push(item);
    this.#size += this.#sizeOf(item);
    resolve();
  }

  #handOver(): void {
    const item = this.#items.shift()!;
    this.#size -= this.#sizeOf(item);
    this.#takes.shift()!.resolve(item);
  }
}
