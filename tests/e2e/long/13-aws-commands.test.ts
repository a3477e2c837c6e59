import * as assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { repositoryRoot, writePrivate } from "../../../infra/providers/local/instance";
import { kubeGet } from "../../../infra/kube/kube";
import { killOrphanedEngines, processesOf } from "../../../infra/providers/local/processes";
import type { StackState } from "../../../operations/aws/deployment";
import { toolPath } from "../../../toolchain";
import { AwsApi } from "../../support/aws/api/server";
import { clusterInstance } from "../../support/aws/provider/clusters";
import type { User } from "../../support/aws/user";
import type { World } from "../../support/aws/world";
import { doneIn } from "../support/account";
import { ended, eventually } from "../support/platform";
import { domain, type Staging } from "../support/staging";
import { stagingCameUp, stagingWorld } from "../support/stagingStory";

const account = "111111111111";
const hub = { region: "eu-west-1", name: "meridian-staging-hub-eu-west-1" };

interface List {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

describe("the commands for AWS, as somebody types them", function () {
  this.timeout(1_800_000);
  this.bail(true);
  let staging: Staging;
  let world: World;
  let user: User;

  before(async () => {
    staging = await stagingWorld();
    ({ world, user } = staging);
  });

  const isMade = (type: string) => world.made().some((made) => made.type.endsWith(`:${type}`));

  /** The lines that are the same in every run. */
  const expectLines = (output: string, ...patterns: RegExp[]) => {
    for (const pattern of patterns) assert.match(output, pattern);
    assert.doesNotMatch(output, /\$PATH|\n {4}at /, "no noise, no stack");
  };

  it("without a place for the state: says how to make one", async () => {
    const api = await AwsApi.start(account);
    try {
      const { code, output } = await user
        .with({ MERIDIAN_BACKEND_URL: undefined })
        .run("up", "staging");
      assert.equal(code, 1);
      expectLines(
        output,
        /staging has no bucket for its state in 1+\. Nothing was changed\. `npx meridian bootstrap staging`/,
      );
    } finally {
      await api.stop();
    }
  });

  it("without credentials, or with another account's: one report, and nothing is made", async () => {
    world.change({ credentials: "missing" });
    const missing = await user.run("up", "staging");
    world.change({ credentials: "expired" });
    const expired = await user.run("preview", "staging");
    world.change({ credentials: "valid", account: "999999999999" });
    const other = await user.run("up", "staging");
    world.change({ account });
    for (const [{ code, output }, found] of [
      [missing, "none that are accepted"],
      [expired, "expired"],
      [other, "those of 999999999999"],
    ] as const) {
      assert.equal(code, 1);
      expectLines(
        output,
        new RegExp(
          `has 1 mistake\\. Nothing was changed\\.\\n\\n {2}credentials of AWS\\n {4}found {5}${found}\\n`,
        ),
      );
      assert.equal(output.match(/credentials of AWS/g)?.length, 1, output);
    }
    assert.deepEqual(world.made(), []);
  });

  it("preview: what will be made in a screenful, with its price and what to look out for", async () => {
    const output = await user.must("preview", "staging");
    expectLines(
      output,
      /✔ Preview: \d+ of \d+ resources to change/,
      /To be created: \d+\n {2}/,
      /Estimate at rest: \$[\d,]+ a month/,
      /Every resource and property: \S+preview\.txt/,
    );
    assert.ok(output.split("\n").length < 60, output);
    assert.deepEqual(world.made(), []);
  });

  it("up: stops gracefully on request", async () => {
    const child = user.start("up", "staging");
    const result = ended(child);
    await eventually("a network is made", 300, () => Promise.resolve(isMade("Vpc")));
    child.kill("SIGINT");
    const { code, output } = await result;
    assert.equal(code, 130, output);
    expectLines(
      output,
      /Interrupted: the current step is finished first/,
      /Stopped\. Run the same command again to finish\./,
    );
  });

  it("up: a run that was killed within a chart holds the state until it is told to let go", async () => {
    const child = user.start("up", "staging");
    const result = ended(child);
    const kwok = await eventually("the hub runs", 600, () => {
      const kept = world
        .log()
        .some(
          ({ at, op, type, name, preview }) =>
            at === "end" &&
            op === "create" &&
            preview !== true &&
            /eks\/cluster:/.test(type) &&
            name.startsWith("hub"),
        );
      const found = processesOf(clusterInstance(world.dir, hub.region, hub.name)).find(
        ({ command }) => /kwok-controller/.test(command),
      );
      return Promise.resolve(kept && found);
    });
    // Pods are not ready from now on, and Helm waits for them.
    process.kill(kwok.pid, "SIGSTOP");
    await eventually("Helm is in the middle of a chart", 600, async () => {
      const query = `labelSelector=${encodeURIComponent("owner=helm,status=pending-install,name=karmada")}`;
      const { items } = await kubeGet<List>(
        world.kubeconfig(hub.region, hub.name),
        `/api/v1/secrets?${query}`,
      );
      return items.length > 0;
    });
    await kill(child);
    process.kill(kwok.pid, "SIGCONT");
    await result;
    const refused = await user.run("up", "staging");
    assert.equal(refused.code, 1);
    expectLines(
      refused.output,
      /Another run holds the state of staging: created by .*\. Nothing was changed\./,
      /`npx meridian up staging --unlock`/,
    );
  });

  it("up --unlock: goes on from there by itself, and says what there is and what comes next", async () => {
    const output = await user.must("up", "staging", "--unlock");
    stagingCameUp();
    expectLines(
      output,
      /✔ Earlier run: was cut short, and is settled/,
      /✔ Platform: \d+ created/,
      /CLUSTER +REGION +NAME IN EKS +EDGE/,
      /us-east-1 +us-east-1 +meridian-staging-us-east-1 +\S+/,
      new RegExp(`delegate ${domain}\\..*\\n {4}\\S+`),
      /aws eks update-kubeconfig --region eu-west-1 --name meridian-staging-hub-eu-west-1/,
    );
  });

  it("up: a second time nothing changes", async () => {
    const before = world.log().length;
    const output = await user.must("up", "staging");
    expectLines(
      output,
      /✔ Preview: nothing to change/,
      /✔ Platform: nothing changed, \d+ resources as planned/,
    );
    assert.deepEqual(doneIn(world, before), []);
  });

  it("up: takes over a chart that is installed and that the state does not know", async () => {
    forgetInState("us-east-1-argo-rollouts");
    const output = await user.must("up", "staging");
    expectLines(
      output,
      /installed already, and not in the state: us-east-1-argo-rollouts/,
      /✔ Platform: /,
    );
    expectLines(await user.must("up", "staging"), /nothing changed/);
  });

  it("up, destroy, forget: ask before anything is lost", async () => {
    const { code, output } = await user.run("forget", "staging", "us-east-1", "--yes");
    assert.equal(code, 1);
    expectLines(output, /us-east-1 is in the configuration of staging/);
    const destroy = await user.run("destroy", "staging");
    assert.equal(destroy.code, 1);
    expectLines(
      destroy.output,
      /This destroys staging for all its users\. Nothing was changed\. Add --yes/,
    );
    const file = staging.text;
    staging.setRegions(["eu-west-1"]);
    const up = await user.run("up", "staging");
    staging.text = file;
    assert.equal(up.code, 1);
    expectLines(
      up.output,
      /To be deleted or replaced: \d+\n {2}! /,
      / {2}! us-east-1-access-logs \(aws:s3/,
      /This loses data\. Nothing was changed\. Add --yes/,
    );
  });

  /** As when the machine goes: command, engine and providers at once. */
  async function kill(child: ChildProcess): Promise<void> {
    const closed = once(child, "close");
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await killOrphanedEngines(staging.instance);
    await closed;
  }

  /** Takes a chart out of the state, as a refresh does while its cluster does not answer. */
  function forgetInState(name: string): void {
    const state = JSON.parse(pulumi("stack", "export")) as StackState;
    const { resources = [] } = state.deployment;
    const is = (urn: string) => urn.endsWith(`helm.sh/v3:Release::${name}`);
    const left = resources
      .filter(({ urn }) => !is(urn))
      .map((one) => ({
        ...one,
        dependencies: (one.dependencies ?? []).filter((urn) => !is(urn)),
        propertyDependencies: Object.fromEntries(
          Object.entries(one.propertyDependencies ?? {}).map(([key, urns]) => [
            key,
            (urns ?? []).filter((urn) => !is(urn)),
          ]),
        ),
      }));
    assert.equal(left.length, resources.length - 1);
    const file = path.join(world.dir, "state.json");
    const deployment = { ...state.deployment, resources: left };
    writePrivate(file, JSON.stringify({ ...state, deployment }));
    pulumi("stack", "import", "--file", file);
  }

  /** The engine's own command, on the state of the commands. */
  function pulumi(...args: string[]): string {
    const env = {
      ...user.variables(),
      PULUMI_BACKEND_URL: user.backend,
      PULUMI_CONFIG_PASSPHRASE_FILE: staging.instance.passphraseFile,
    };
    const options = { cwd: repositoryRoot, env, encoding: "utf8" as const, maxBuffer: 2 ** 28 };
    return execFileSync(
      toolPath("pulumi"),
      [...args, "--stack", "staging", "--non-interactive"],
      options,
    );
  }
});
