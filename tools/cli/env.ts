import * as path from "node:path";
import { repositoryRoot } from "../../infra/local/instance";
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
    // Pulumi's CLI needs a language host, which `meridian` itself does without.
    MERIDIAN_LANGUAGE_NODEJS: toolPath("pulumi-language-nodejs"),
    PATH: [
      path.join(repositoryRoot, "tools/bin/language-host"),
      path.dirname(toolPath("kubectl")),
      PATH,
    ].join(":"),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`export ${name}=${quote(value)}`);
  return Promise.resolve(0);
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
