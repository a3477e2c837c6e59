import * as fs from "node:fs";
import * as path from "node:path";
import { type OutputMap, Stack } from "@pulumi/pulumi/automation";
import * as automation from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { program } from "../../infra";
import {
  type Instance,
  prepareInstance,
  repositoryRoot,
  writePrivate,
} from "../../infra/local/instance";
import { toolPath } from "../toolchain";

/** Where an environment's configuration is written by hand. */
export function configFile(environment: string): string {
  const dir = process.env["MERIDIAN_ENVIRONMENTS"] ?? path.join(repositoryRoot, "environments");
  return path.join(dir, `Pulumi.${environment}.yaml`);
}

/** Variables with which a Pulumi CLI finds state, passphrase, configuration and plugins of an instance. */
export function engineVariables(instance: Instance): Record<string, string> {
  const plugins = [toolPath("pulumi"), toolPath("pulumi-resource-kubernetes")].map((file) =>
    path.dirname(file),
  );
  return {
    PULUMI_BACKEND_URL: `file://${instance.stateDir}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: instance.passphraseFile,
    PULUMI_OPTION_CONFIG_FILE: instance.stackConfigFile,
    PULUMI_HOME: path.join(instance.dir, "pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "false",
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    MERIDIAN_HOME: path.dirname(instance.dir),
    PATH: [...plugins, process.env["PATH"] ?? ""].join(path.delimiter),
  };
}

/**
 * Copies the environment's configuration beside the state, where the engine may add its encryption
 * salt: the file in the repository stays as its author wrote it.
 */
export function writeStackConfig(instance: Instance): void {
  const wanted = parse(fs.readFileSync(configFile(instance.environment), "utf8")) as object;
  const kept = fs.existsSync(instance.stackConfigFile)
    ? (parse(fs.readFileSync(instance.stackConfigFile, "utf8")) as Record<string, unknown>)
    : {};
  const salt = kept["encryptionsalt"];
  writePrivate(
    instance.stackConfigFile,
    stringify({ ...wanted, ...(salt === undefined ? {} : { encryptionsalt: salt }) }),
  );
}

/** The environment's stack, made the first time. */
export async function openStack(instance: Instance): Promise<Stack> {
  prepareInstance(instance);
  writeStackConfig(instance);
  const variables = engineVariables(instance);
  // The engine's own process inherits what this one has.
  Object.assign(process.env, variables);
  const command = await automation.PulumiCommand.get({ root: pulumiRoot(instance) });
  return Stack.createOrSelect(
    instance.environment,
    await automation.LocalWorkspace.create({
      workDir: repositoryRoot,
      pulumiCommand: command,
      envVars: variables,
      program,
    }),
  );
}

/** The Automation API looks for `bin/pulumi` below a folder. */
function pulumiRoot(instance: Instance): string {
  const root = path.join(instance.dir, "pulumi-cli");
  const link = path.join(root, "bin", "pulumi");
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const target = toolPath("pulumi");
  if (!fs.existsSync(link) || fs.readlinkSync(link) !== target) {
    fs.rmSync(link, { force: true });
    fs.symlinkSync(target, link);
  }
  return root;
}

export type { OutputMap };
