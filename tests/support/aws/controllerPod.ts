import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Instance, writePrivate } from "../../../infra/providers/local/instance";
import { kubeGet, waitFor } from "../../../infra/kube/kube";
import { isFree } from "../../../infra/providers/local/ports";
import { supervise, unsupervise } from "../../../infra/providers/local/supervisor";
import { argoRolloutsName } from "../../../infra/components/rollouts/component";
import { toolPath } from "../../../toolchain";
import { recordName } from "./charts/archive";
import { belowRoot, type Container, mountsOf, type PodSpec, writeMounts } from "./volumes";

/** What of the chart's values is looked at. */
interface Values {
  readonly controller?: {
    readonly extraArgs?: readonly string[];
    readonly extraEnv?: NonNullable<Container["env"]>;
    readonly volumes?: NonNullable<PodSpec["volumes"]>;
    readonly volumeMounts?: NonNullable<Container["volumeMounts"]>;
  };
}

export interface ControllerArgs {
  /** In which it runs. */
  readonly instance: Instance;
  /** Of an administrator of the cluster, asked each time. */
  readonly kubeconfig: () => string;
  readonly ports: { readonly health: number; readonly metrics: number };
  /** URL of the proxy that knows names of the cluster. */
  readonly proxy: string;
}

/** The pod of Argo Rollouts that leads: a process on this machine, by the values that its chart was given. */
export class ControllerPod {
  /** Of the values that it was started with. */
  private running: string | undefined;

  constructor(private readonly args: ControllerArgs) {}

  /** Starts it anew when the values have changed. @throws where something is missing. */
  async look(): Promise<void> {
    const kubeconfig = this.args.kubeconfig();
    const url = `/api/v1/namespaces/${argoRolloutsName}/configmaps/${recordName(argoRolloutsName)}`;
    const { data } = await kubeGet<{ data: { values: string } }>(kubeconfig, url);
    const hash = createHash("sha256").update(data.values).digest("hex").slice(0, 16);
    if (hash === this.running) return;
    const { controller = {} } = JSON.parse(data.values) as Values;
    const { extraArgs = [], extraEnv = [], volumes = [], volumeMounts = [] } = controller;
    const spec: PodSpec = { volumes, containers: [{ volumeMounts }] };
    const mounts = await mountsOf(kubeconfig, argoRolloutsName, spec);
    await this.stop();
    fs.rmSync(this.root, { recursive: true, force: true });
    writeMounts(this.root, mounts);
    const folders = [...mounts.keys()];
    const own = extraEnv.map(
      ({ name, value = "" }) => [name, belowRoot(this.root, folders, value)] as const,
    );
    await this.run(kubeconfig, extraArgs, Object.fromEntries(own));
    this.running = hash;
  }

  async ready(): Promise<void> {
    await waitFor("Argo Rollouts is ready", 60, async () => {
      const answer = await fetch(`http://127.0.0.1:${this.args.ports.health}/healthz`);
      await answer.text();
      return answer.ok;
    });
  }

  async stop(): Promise<void> {
    this.running = undefined;
    await unsupervise(this.args.instance, argoRolloutsName);
    await waitFor("Argo Rollouts ends", 15, () => isFree(this.args.ports.health));
  }

  /** Stands for the root of the container's file system. */
  private get root(): string {
    return path.join(this.args.instance.filesDir, argoRolloutsName);
  }

  private async run(
    kubeconfig: string,
    extraArgs: readonly string[],
    own: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { instance, ports, proxy } = this.args;
    const file = path.join(this.root, "kubeconfig");
    writePrivate(file, kubeconfig);
    await supervise(instance, argoRolloutsName, {
      command: [
        toolPath("argo-rollouts"),
        `--kubeconfig=${file}`,
        "--leader-elect=false",
        "--loglevel=warn",
        `--healthzPort=${ports.health}`,
        `--metricsPort=${ports.metrics}`,
        ...extraArgs,
      ],
      environment: {
        ...own,
        POD_NAMESPACE: argoRolloutsName,
        // What is called by a name is in the cluster; the API server is at its own address.
        HTTPS_PROXY: proxy,
        NO_PROXY: "127.0.0.1",
      },
    });
  }
}
