import * as assert from "node:assert/strict";
import { clusterProcesses, loseCluster, returnCluster } from "../../infra/providers/local/faults";
import { killProcesses, processesOf } from "../../infra/providers/local/processes";
import { readPorts } from "../../infra/providers/local/ports";
import { applyObjects } from "../../infra/kube/kube";
import { karmadaPaths } from "../../infra/components/federation/karmadaApi";
import { appLabel } from "../../infra/plan/names";
import { eventually, nothingRunsTwice } from "./support/platform";
import { second as platform, secondPlatformUp } from "./support/second";

const region = "eu-west-1";

interface List<T> {
  readonly items: readonly T[];
}

interface Evictable {
  readonly spec: { readonly gracefulEvictionTasks?: readonly unknown[] };
}

interface AppPod {
  readonly metadata: { readonly uid: string };
}

/** UIDs of the apps' pods: a pod that is deleted and recreated gets another one. */
async function appPods(): Promise<string[]> {
  const url = `/api/v1/pods?labelSelector=${encodeURIComponent(appLabel)}`;
  const { items } = await platform.get<List<AppPod>>(region, url);
  return items.map(({ metadata }) => metadata.uid).sort();
}

async function isEvicted(): Promise<boolean> {
  const { items } = await platform.get<List<Evictable>>("federation", karmadaPaths.bindings);
  return items.some(({ spec }) => (spec.gracefulEvictionTasks ?? []).length > 0);
}

const ready = async () => (await platform.status()).ready;

describe("supervision", () => {
  before(async () => {
    await secondPlatformUp();
    // Run by itself nothing has been released to it.
    if ((await platform.replicas()) === 0) await platform.follow({ track: { branch: "main" } });
  });

  for (const part of ["etcd", "kube-apiserver", "kube-scheduler"]) {
    it(`starts a region's ${part} again when it is killed`, async () => {
      const victim = clusterProcesses(platform.instance, region).find(({ command }) =>
        command.includes(`/bin/${part} `),
      );
      assert.ok(victim, `no ${part}`);
      process.kill(victim.pid, "SIGKILL");
      await eventually(`${part} runs again`, 60, () => {
        const found = clusterProcesses(platform.instance, region).find(({ command }) =>
          command.includes(`/bin/${part} `),
        );
        return Promise.resolve(found !== undefined && found.pid !== victim.pid);
      });
      await eventually("all is ready", 90, ready);
    });
  }

  it("starts Argo CD's controller again when it is killed", async () => {
    const find = () =>
      processesOf(platform.instance).find(({ command }) => command.includes("--app-resync"));
    const victim = find();
    assert.ok(victim);
    process.kill(victim.pid, "SIGKILL");
    await eventually("it runs again", 30, () =>
      Promise.resolve(find() !== undefined && find()?.pid !== victim.pid),
    );
  });

  it("leaves the pods of the only region alone that was lost for longer than a failover takes, and is ready again", async () => {
    const before = await appPods();
    assert.ok(before.length > 0);
    await loseCluster(platform.instance, region);
    await eventually("the replicas are to move, and have nowhere to go", 60, isEvicted);
    await returnCluster(platform.instance, region);
    await eventually("all is ready", 90, ready);
    assert.deepEqual(await appPods(), before);
  });

  it("comes back from a killed supervisor with one of everything", async () => {
    const supervisor = processesOf(platform.instance).find(({ command }) =>
      command.includes("process-compose"),
    );
    assert.ok(supervisor);
    process.kill(supervisor.pid, "SIGKILL");
    await platform.must("up", platform.environment);
    await nothingRunsTwice(platform);
  });

  it("comes back from a reboot with its data and its addresses", async () => {
    const federation = platform.kubeconfig("federation");
    const marker = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "before-the-reboot", namespace: "default" },
    };
    await applyObjects(federation, [marker]);
    const ports = readPorts(platform.instance);
    await killProcesses(platform.instance);
    assert.equal((await platform.run("status", platform.environment)).code, 1);
    const output = await platform.must("up", platform.environment);
    assert.match(output, /production is (up|ready)/);
    assert.deepEqual(readPorts(platform.instance), ports);
    await platform.get("federation", "/api/v1/namespaces/default/configmaps/before-the-reboot");
  });
});
