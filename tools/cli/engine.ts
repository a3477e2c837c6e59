import * as fs from "node:fs";
import * as path from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import program from "../../infra";
import {
  type Instance,
  prepareInstance,
  repositoryRoot,
  writePrivate,
} from "../../infra/local/instance";
import { toolPath } from "../toolchain";
import { configFile } from "./environmentFiles";
import { engineVariables } from "./engineVariables";

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
  const command = await PulumiCommand.get({ root: pulumiRoot(instance) });
  return Stack.createOrSelect(
    instance.environment,
    await LocalWorkspace.create({
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

/**
 * Removes the lock of a run that was killed. Pulumi's file backend keeps it for ever; the process it
 * names tells whether anybody still works under it.
 */
export function removeStaleLocks(instance: Instance): void {
  const dir = path.join(instance.stateDir, ".pulumi", "locks");
  if (!fs.existsSync(dir)) return;
  for (const file of fs.readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".json")) continue;
    const lock = path.join(dir, file);
    try {
      const { pid } = JSON.parse(fs.readFileSync(lock, "utf8")) as { pid: number };
      if (!isPulumi(pid)) fs.rmSync(lock, { force: true });
    } catch {
      // Half-written by a run that was killed in that moment.
      fs.rmSync(lock, { force: true });
    }
  }
}

function isPulumi(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi");
  } catch {
    return false;
  }
}
