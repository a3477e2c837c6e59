import * as assert from "node:assert/strict";
import { clusterProcesses } from "../../infra/local/faults";
import { killProcesses, processesOf } from "../../infra/local/processes";
import { readPorts } from "../../infra/local/ports";
import { applyObjects } from "../../infra/local/kube";
import { eventually, nothingRunsTwice } from "./support/platform";
import { second as platform, secondPlatformUp } from "./support/second";

const region = "eu-west-1";

const ready = async () => (await platform.status()).ready;

describe("supervision", () => {
  before(secondPlatformUp);

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
