/**
 * The memory of packed groups, which no figure of the runtime includes. Has to be imported before any group is made.
 */

const memories: WeakRef<WebAssembly.Memory>[] = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(new WeakRef(this));
  }
};

/** The bytes of all WebAssembly memories that are reachable. */
export function packedBytes(): number {
  return memories.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
}
