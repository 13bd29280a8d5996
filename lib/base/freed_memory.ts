/** Keeps what large buffers leave behind, where the C library would give it back to the kernel each time. */

/** Many times a record batch, which the largest of the freed buffers hold. */
const LARGE_BYTES = 16 * 1_048_576;

let isKept = false;

/**
 * Has the C library keep memory that was freed for the next buffer, up to twice 16 MiB.
 *
 * glibc gives the end of its heap back once that is twice as long as the largest block that was ever mapped by
 * itself and then freed, and raises the bound when a larger one is freed: mallopt(3), M_MMAP_THRESHOLD and
 * M_TRIM_THRESHOLD. So one block that is freed untouched is enough. Other C libraries take no notice.
 */
export function keepFreedMemory(): void {
  if (isKept) return;
  isKept = true;
  new ArrayBuffer(LARGE_BYTES).transfer(0);
}
