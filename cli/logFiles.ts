import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../infra/providers/local/instance";

/** Log files by component: the supervised processes, and the parts of each cluster. */
export function logFiles(instance: Instance): Map<string, string> {
  const files = new Map<string, string>();
  const add = (dir: string, prefix: string) => {
    if (!fs.existsSync(dir)) return;
    for (const file of fs
      .readdirSync(dir)
      .filter((name) => name.endsWith(".log"))
      .sort()) {
      files.set(`${prefix}${path.basename(file, ".log")}`, path.join(dir, file));
    }
  };
  add(instance.logsDir, "");
  const clusters = path.join(instance.clustersDir, "clusters");
  for (const cluster of fs.existsSync(clusters) ? fs.readdirSync(clusters).sort() : []) {
    add(path.join(clusters, cluster, "logs"), `${cluster}/`);
  }
  return files;
}
