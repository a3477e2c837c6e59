let count = 0;

/** Counts a test or a hook that failed, in this process. */
export function countFailure(): void {
  count += 1;
}

/** Number of tests and hooks that have failed in this process. */
export function failureCount(): number {
  return count;
}
