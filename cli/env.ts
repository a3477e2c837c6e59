import * as path from "node:path";
import { repositoryRoot } from "../infra/providers/local/instance";
import { eachStepOnce, ensureTools, toolPath } from "../toolchain";
import { engineVariables } from "../operations/engine/variables";
import { localInstance } from "./localOnly";

/** Prints what a shell needs to use the Pulumi CLI and kubectl on an environment that is up. */
export async function env(environment: string): Promise<number> {
  const { instance } = localInstance("env", environment);
  await getLanguageHost();
  const { PATH, ...variables } = engineVariables(instance);
  const kubeconfigs = path.join(instance.filesDir, "federation.kubeconfig");
  const lines = {
    ...variables,
    KUBECONFIG: kubeconfigs,
    // Pulumi's CLI needs a language host, which `meridian` itself does without.
    MERIDIAN_LANGUAGE_NODEJS: toolPath("pulumi-language-nodejs"),
    PATH: [
      path.join(repositoryRoot, "cli/bin/language-host"),
      path.dirname(toolPath("kubectl")),
      PATH,
    ].join(":"),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`export ${name}=${quote(value)}`);
  return 0;
}

/** `meridian` needs no language host, so nothing else gets it. Standard output is for the shell that reads it. */
async function getLanguageHost(): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await ensureTools(["pulumi-language-nodejs"], eachStepOnce(say));
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
