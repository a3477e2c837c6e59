import * as path from "node:path";
import { toolPath } from "../toolchain";
import { engineVariables } from "./engineVariables";
import { runningInstance } from "./environment";

/** Prints what a shell needs to use the Pulumi CLI and kubectl on an environment that is up. */
export function env(environment: string): Promise<number> {
  const { instance } = runningInstance(environment);
  const { PATH, ...variables } = engineVariables(instance);
  const kubeconfigs = path.join(instance.filesDir, "federation.kubeconfig");
  const lines = {
    ...variables,
    KUBECONFIG: kubeconfigs,
    PATH: [path.dirname(toolPath("kubectl")), PATH].join(":"),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`export ${name}=${quote(value)}`);
  return Promise.resolve(0);
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
