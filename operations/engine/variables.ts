import * as path from "node:path";
import type { Instance } from "../../infra/providers/local/instance";
import { toolPath } from "../../toolchain";

/** Variables for a Pulumi CLI: the state, passphrase, configuration and plugins of an instance. */
export function engineVariables(instance: Instance): Record<string, string> {
  return {
    // No attribute files: Pulumi does not use them, and a killed run may leave one empty (stateFiles.ts).
    PULUMI_BACKEND_URL: `file://${instance.stateDir}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: instance.passphraseFile,
    PULUMI_HOME: path.join(instance.dir, "pulumi-home"),
    ...commonVariables(instance),
  };
}

/** Variables for a Pulumi CLI that do not depend on the place of the state: configuration and plugins of an instance. */
export function commonVariables(instance: Instance): Record<string, string> {
  const plugins = [toolPath("pulumi"), toolPath("pulumi-resource-kubernetes")].map((file) =>
    path.dirname(file),
  );
  return {
    PULUMI_OPTION_CONFIG_FILE: instance.stackConfigFile,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    MERIDIAN_HOME: path.dirname(instance.dir),
    PATH: [...plugins, process.env["PATH"] ?? ""].join(path.delimiter),
  };
}
