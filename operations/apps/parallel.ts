import { availableParallelism } from "node:os";

/**
 * Works on several items at a time.
 * @param width How many. Default: as many as there are cores, for work in processes of its own.
 */
export async function inParallel<A, B>(
  items: readonly A[],
  work: (item: A) => Promise<B>,
  width = availableParallelism(),
): Promise<B[]> {
  const results: B[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
