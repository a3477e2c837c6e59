import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { type Instance, instanceOf } from "../../infra/providers/local/instance";
import { allocatePorts, type Ports } from "../../infra/providers/local/ports";
import { cluster, type ClusterInputs } from "../../infra/providers/local/handlers/cluster";
import { supervise } from "../../infra/providers/local/supervisor";
import { clusterPortNames } from "../../infra/plan/ports";
import { kubernetesVersion } from "../../infra/plan/versions";
import { toolPath } from "../../toolchain";
import { environment } from "../platform";
import { type Benchmark, repeat, secondsOf } from "../types";

const components = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
];

/** A region's control plane: ours under the supervisor, compared with kwokctl alone and the same binaries. */
export const regionBoot: Benchmark = {
  name: "region-boot",
  what: "one region's control plane until its API server is ready, against kwokctl by itself",

  async measure(lab) {
    const home = lab.freshHome();
    const instance = instanceOf(environment, home);
    const names = ["ours", "bare"].flatMap((name) => Object.values(clusterPortNames(name)));
    const ports = await allocatePorts(instance, names);
    // In a platform, the supervisor starts before the regions.
    await supervise(instance, "idle", { command: ["sleep", "infinity"] });
    // Warm-up, not counted: the first cluster reads every binary from disk.
    await bootBare(instance, ports);
    const pairs = await repeat(lab, async () => ({
      ours: await bootOurs(home, ports),
      bare: await bootBare(instance, ports),
    }));
    await lab.removeHome(home);
    return [
      {
        name: "region-boot",
        unit: "s",
        values: pairs.map(({ ours }) => ours),
        peer: { name: "kwokctl", values: pairs.map(({ bare }) => bare) },
        aim: { of: "ratio", most: 1.1 },
        note: "to /readyz, against `kwokctl create cluster --wait` with the same binaries, taken in turn",
      },
    ];
  },
};

async function bootOurs(home: string, ports: Ports): Promise<number> {
  const inputs = inputsOf(home, ports);
  const created: Awaited<ReturnType<typeof cluster.create>>[] = [];
  const seconds = await secondsOf(async () => created.push(await cluster.create(inputs)));
  for (const { id, outputs } of created) await cluster.delete(id, { ...inputs, ...outputs });
  return seconds;
}

function inputsOf(home: string, ports: Ports): ClusterInputs {
  const services = { "service-cluster-ip-range": "10.96.0.0/16" };
  return {
    home,
    environment,
    name: "ours",
    ports: portsOf("ours", ports),
    kubernetesVersion,
    components,
    extraArgs: { "kube-apiserver": services, "kube-controller-manager": services },
    aggregation: false,
  };
}

function portsOf(name: string, ports: Ports): ClusterInputs["ports"] {
  const names = Object.entries(clusterPortNames(name));
  return Object.fromEntries(
    names.map(([part, key]) => [part, ports[key] ?? 0]),
  ) as unknown as ClusterInputs["ports"];
}

async function bootBare(instance: Instance, ports: Ports): Promise<number> {
  const dir = path.join(instance.dir, "bare");
  fs.mkdirSync(dir, { recursive: true });
  const config = path.join(dir, "config.yaml");
  fs.writeFileSync(config, stringify(bareConfiguration(portsOf("bare", ports))));
  const kubeconfig = path.join(dir, "kubeconfig");
  const kwokctl = (...args: string[]) =>
    promisify(execFile)(
      toolPath("kwokctl"),
      [...args, "--name", "bare", "--kubeconfig", kubeconfig],
      {
        // Marks the processes as the instance's, so that an interrupted run leaves none behind.
        env: {
          ...process.env,
          KWOK_WORKDIR: path.join(dir, "kwok"),
          MERIDIAN_INSTANCE: instance.dir,
        },
      },
    );
  const seconds = await secondsOf(() =>
    kwokctl("create", "cluster", "--config", config, "--wait", "120s"),
  );
  await kwokctl("delete", "cluster");
  return seconds;
}

function bareConfiguration(ports: ClusterInputs["ports"]): object {
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      components,
      disableQPSLimits: true,
      kubeVersion: kubernetesVersion,
      kubeApiserverPort: ports.apiServer,
      kubeControllerManagerPort: ports.controllerManager,
      kubeSchedulerPort: ports.scheduler,
      kwokControllerPort: ports.kwok,
      etcdBinary: toolPath("etcd"),
      kubeApiserverBinary: toolPath("kube-apiserver"),
      kubeControllerManagerBinary: toolPath("kube-controller-manager"),
      kubeSchedulerBinary: toolPath("kube-scheduler"),
      kwokControllerBinary: toolPath("kwok"),
      kubectlBinary: toolPath("kubectl"),
    },
  };
}
