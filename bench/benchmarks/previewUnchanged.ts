import * as fs from "node:fs";
import * as path from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { ManifestBundle } from "../../infra/resources/manifestBundle";
import { engineVariables } from "../../operations/engine/variables";
import type { Platform } from "../platform";
import { type Benchmark, repeat, secondsOf } from "../types";

/** A preview without changes, compared with the same engine and resources without effect. */
export const previewUnchanged: Benchmark = {
  name: "preview-unchanged",
  what: "preview of the platform with nothing changed, against an empty program of as many resources",

  async measure(lab) {
    const platform = await lab.platform();
    const { openStack } =
      require("../../operations/engine/stack") as typeof import("../../operations/engine/stack");
    const ours = await openStack(platform.instance);
    const count = await countUnchanged(ours);
    lab.say(`making an empty program of ${count} resources`);
    const empty = await emptyStack(lab.freshHome(), platform, count);
    const preview = (stack: Stack) => secondsOf(() => stack.preview({ signal: lab.signal }));
    await preview(empty);
    const pairs = await repeat(lab, async () => ({
      ours: await preview(ours),
      empty: await preview(empty),
    }));
    return [
      {
        name: "preview-unchanged",
        unit: "s",
        values: pairs.map((pair) => pair.ours),
        peer: { name: "empty program", values: pairs.map((pair) => pair.empty) },
        aim: { of: "ratio", most: 1.25 },
        note:
          `${count} resources each; the empty program's are custom resources of the meridian provider ` +
          "with an empty bundle, in a file backend of its own; both in turn, in one process",
        details: { resources: count },
      },
    ];
  },
};

/** @throws if something would change: the benchmark requires an unchanged platform. */
async function countUnchanged(stack: Stack): Promise<number> {
  const { changeSummary } = await stack.preview();
  const { same = 0, ...others } = changeSummary as Record<string, number>;
  const changed = Object.entries(others).filter(([, number]) => number > 0);
  if (changed.length > 0) throw new Error(`the preview has changes: ${JSON.stringify(changed)}`);
  return same;
}

/** A stack with `count` resources without effect, including its own stack resource. */
async function emptyStack(home: string, { instance }: Platform, count: number): Promise<Stack> {
  const dir = (name: string) => {
    const made = path.join(home, name);
    fs.mkdirSync(made, { recursive: true });
    return made;
  };
  const project = {
    name: "empty",
    runtime: "nodejs",
    plugins: {
      providers: [{ name: "meridian", path: path.join(repositoryRoot, "infra/provider") }],
    },
  };
  const workDir = dir("program");
  fs.writeFileSync(path.join(workDir, "Pulumi.yaml"), stringify(project));
  const variables = {
    ...engineVariables(instance),
    PULUMI_BACKEND_URL: `file://${dir("state")}`,
    PULUMI_OPTION_CONFIG_FILE: path.join(workDir, "Pulumi.empty.yaml"),
  };
  const workspace = await LocalWorkspace.create({
    workDir,
    pulumiCommand: await PulumiCommand.get({ root: path.join(instance.dir, "pulumi-cli") }),
    envVars: variables,
    program: () => Promise.resolve(registerNothings(count - providersAndStack, dir("bundle"))),
  });
  const stack = await Stack.createOrSelect("empty", workspace);
  await stack.up();
  return stack;
}

/** The stack itself and the default provider also count as resources. */
const providersAndStack = 2;

function registerNothings(count: number, folder: string): void {
  for (let index = 0; index < count; index++) {
    new ManifestBundle(`nothing-${index}`, { kubeconfig: "", folder }, {});
  }
}
