import type { ObjectDiagnostic } from "./appSafety";
import type { KubeObject } from "./kubeObject";

/**
 * Limit of an object's JSON, bytes. etcd refuses requests above 1.5 MiB (`--max-request-bytes`), and Karmada stores each object again
 * within a Work, beside its labels and its state.
 */
const limit = 1_400_000;

/** Diagnostics of objects that a Work cannot hold: the federation would accept them and never deliver them. */
export function sizeDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects
    .map((object) => ({ object, size: jsonSize(object) }))
    .filter(({ size }) => size > limit)
    .map(({ object, size }) => ({
      ...{ object, field: "", value: `${megabytes(size)} MB as JSON` },
      expected: `at most ${megabytes(limit)} MB, in which each <, > and & counts six bytes`,
      remedy: "divide it, or store the data in a bucket or in the image",
    }));
}

/** Size of an object in bytes as Go's JSON encoder writes it, which escapes <, > and &. */
export function jsonSize(object: unknown): number {
  const text = JSON.stringify(object) ?? "";
  const escaped = text.match(/[<>&\u2028\u2029]/g) ?? [];
  const before = escaped.reduce((sum, letter) => sum + Buffer.byteLength(letter), 0);
  return Buffer.byteLength(text) + 6 * escaped.length - before;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
