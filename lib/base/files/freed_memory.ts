/**
 * Keeps the memory of large buffers that were freed, which the C library would otherwise return to the kernel
 * each time.
 */

/** Many times the size of a record batch, the largest of the buffers that are freed. */
const LARGE_BYTES = 16 * 1_048_576;

let isKept = false;

/**
 * Makes the C library keep freed memory for the next buffer, up to twice 16 MiB.
 *
 * glibc returns the top of its heap once it is twice as large as the largest mmapped block that was ever
 * freed, and raises the threshold when a larger one is freed: mallopt(3), M_MMAP_THRESHOLD and
 * M_TRIM_THRESHOLD. So freeing one untouched block is enough. It has no effect on other C libraries.
 */
export function keepFreedMemory(): void {
  if (isKept) return;
  isKept = true;
  new ArrayBuffer(LARGE_BYTES).transfer(0);
}
