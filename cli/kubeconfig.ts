import * as fs from "node:fs";
import { planPlatform } from "../infra/plan";
import { readEnvironmentFile } from "../infra/config";
import { writePrivate } from "../infra/providers/local/instance";
import { awsEnvironment } from "../operations/aws/session";
import { configFile, isOnAws } from "../operations/environmentFiles";
import { kubeconfigFile, writeKubeconfig } from "../operations/kubeconfig";
import { openInstance, runningInstance } from "./environment";

/** Prints the kubeconfig of an environment that is up, or the path of its file. */
export async function kubeconfig(
  environment: string,
  options: { readonly path: boolean },
): Promise<number> {
  const file = isOnAws(environment) ? await writeAws(environment) : writeLocal(environment);
  process.stdout.write(options.path ? `${file}\n` : fs.readFileSync(file, "utf8"));
  return 0;
}

function writeLocal(environment: string): string {
  const { instance, configuration } = runningInstance(environment);
  return writeKubeconfig(instance, planPlatform(configuration));
}

/** Clusters that are left out are reported on standard error. */
async function writeAws(name: string): Promise<string> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "kubeconfig");
  const { awsKubeconfig } =
    require("../operations/aws/kubeconfig") as typeof import("../operations/aws/kubeconfig");
  const profile = process.env["AWS_PROFILE"];
  const today = new Date().toISOString().slice(0, 10);
  const { text, missing } = await awsKubeconfig(planPlatform(environment), today, profile);
  for (const { context, why } of missing) console.error(`! ${context} is left out: ${why}`);
  const file = kubeconfigFile(openInstance(name));
  writePrivate(file, text);
  return file;
}
