import type { KafkaSettings } from "../types";

/** A file of Java's properties. Values are single lines. */
export function properties(settings: KafkaSettings): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value.replaceAll("\\", "\\\\")}\n`)
    .join("");
}
