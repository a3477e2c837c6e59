import * as path from "node:path";
import { repositoryRoot } from "../infra/providers/local/instance";
import { eachStepOnce, ensureTools, toolPath } from "../toolchain";
import { planPlatform } from "../infra/plan";
import { writeKubeconfig } from "../operations/kubeconfig";
import { engineVariables } from "../operations/engine/variables";
import { localInstance } from "./localOnly";

/** Prints the shell variables for the Pulumi CLI and kubectl on an environment that is up. */
export async function env(environment: string): Promise<number> {
  const { instance, configuration } = localInstance("env", environment);
  await getLanguageHost();
  const { PATH, ...variables } = engineVariables(instance);
  const lines = {
    ...variables,
    KUBECONFIG: writeKubeconfig(instance, planPlatform(configuration)),
    // Pulumi's CLI needs a language host; `meridian` itself does not.
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

/** Only this command needs the language host. Progress goes to standard error: standard output is for the shell. */
async function getLanguageHost(): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await ensureTools(["pulumi-language-nodejs"], eachStepOnce(say));
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
