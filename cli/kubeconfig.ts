import * as fs from "node:fs";
import { planPlatform } from "../infra/plan";
import { writeKubeconfig } from "../operations/kubeconfig";
import { localInstance } from "./localOnly";

/** Prints the kubeconfig of an environment that is up, or the path of its file. */
export function kubeconfig(environment: string, options: { readonly path: boolean }): number {
  const { instance, configuration } = localInstance("kubeconfig", environment);
  const file = writeKubeconfig(instance, planPlatform(configuration));
  process.stdout.write(options.path ? `${file}\n` : fs.readFileSync(file, "utf8"));
  return 0;
}
