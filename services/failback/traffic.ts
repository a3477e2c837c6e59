import * as fs from "node:fs";
import type { FailbackServiceConfig } from "./config";

/**
 * Reads the share of its traffic that each region serves; one that is not listed serves 100 %.
 * @throws when the file cannot be read: a region that may be drained must not get replicas.
 */
export function readTraffic({
  trafficFile,
}: Pick<FailbackServiceConfig, "trafficFile">): Readonly<Record<string, number>> {
  // `drain` creates the file when it is used for the first time.
  if (trafficFile === undefined || !fs.existsSync(trafficFile)) return {};
  return JSON.parse(fs.readFileSync(trafficFile, "utf8")) as Readonly<Record<string, number>>;
}
