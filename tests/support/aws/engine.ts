import * as fs from "node:fs";
import * as path from "node:path";
import { toolPath } from "../../../toolchain";
import { worldVariable } from "./facts";
import { tableVariable } from "./provider/server";

/**
 * Variables with which an engine finds state, plugins, tools and its world.
 * @param world Folder of the world.
 * @param home Folder of the instances that our own provider makes.
 * @param table A module in place of the platform's table. Default: none.
 */
export function engineVariables(
  world: string,
  home: string,
  table: string | undefined,
): Record<string, string> {
  const tools = [toolPath("pulumi"), toolPath("pulumi-resource-kubernetes")].map((file) =>
    path.dirname(file),
  );
  const temporary = path.join(world, "tmp");
  const state = path.join(world, "state");
  for (const dir of [temporary, state]) fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "a test's",
    PULUMI_HOME: path.join(world, "pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    MERIDIAN_HOME: home,
    TMPDIR: temporary,
    [worldVariable]: world,
    ...(table === undefined ? {} : { [tableVariable]: table }),
    PATH: [path.join(__dirname, "bin"), ...tools, process.env["PATH"] ?? ""].join(":"),
  };
}

/** A folder of the world in which the Automation API finds its `bin/pulumi`. */
export function commandRoot(world: string): string {
  const root = path.join(world, "pulumi-cli");
  const link = path.join(root, "bin", "pulumi");
  if (!fs.existsSync(link)) {
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(toolPath("pulumi"), link);
  }
  return root;
}
