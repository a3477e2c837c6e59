import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { Stack } from "@pulumi/pulumi/automation";
import { repositoryRoot } from "../../../infra/local/instance";
import { kubeGet } from "../../../infra/local/kube";
import { recordName } from "../../support/aws/charts/archive";
import type { World } from "../../support/aws/world";
import { platformStack, platformWorld } from "./account";

interface Listed<T> {
  readonly items: readonly T[];
}

export interface Named {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

interface Conditions extends Named {
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

interface Application extends Named {
  readonly spec: { readonly destination: { readonly name?: string } };
  readonly status?: {
    readonly sync?: { readonly status: string };
    readonly health?: { readonly status: string };
  };
}

interface Deployment extends Named {
  readonly status?: { readonly readyReplicas?: number };
}

const applicationsPath = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";

/** Staging in a world of its own: its apps come from a scratch clone of this repository. */
export class Staging {
  private constructor(
    readonly world: World,
    private readonly scratch: string,
  ) {}

  static async create(name: string): Promise<Staging> {
    const world = await platformWorld(name, { federation: true });
    const scratch = path.join(world.dir, "scratch");
    execFileSync("git", ["clone", "--quiet", repositoryRoot, scratch]);
    return new Staging(world, scratch);
  }

  /** Its stack over these regions, sized as in its file. The first is the hub's. */
  stack(regions: readonly string[]): Promise<Stack> {
    return platformStack(this.world, "staging", (config) => {
      const [hub] = config["meridian:regions"] as Record<string, unknown>[];
      config["meridian:regions"] = regions.map((name, index) =>
        index === 0 ? { ...hub, name } : { ...hub, name, role: "member" },
      );
      config["meridian:delivery"] = {
        repository: pathToFileURL(this.scratch).href,
        track: { branch: "HEAD" },
        pollSeconds: 2,
      };
    });
  }

  /** Of an administrator of the cluster of a region, or of the hub. */
  kubeconfig(cluster: string): string {
    const region = cluster.replace(/^hub-/, "");
    return this.world.kubeconfig(region, `meridian-staging-${cluster}`);
  }

  get<T>(cluster: string, url: string): Promise<T> {
    return kubeGet<T>(this.kubeconfig(cluster), url);
  }

  async names(cluster: string, url: string): Promise<string[]> {
    const { items } = await this.get<Listed<Named>>(cluster, url);
    return items.map(({ metadata }) => metadata.name).sort();
  }

  /** Values with which a chart was installed. */
  async chartValues<T>(cluster: string, namespace: string, chart: string): Promise<T> {
    const url = `/api/v1/namespaces/${namespace}/configmaps/${recordName(chart)}`;
    const { data } = await this.get<{ data: Record<string, string> }>(cluster, url);
    return JSON.parse(data["values"] ?? "") as T;
  }

  inFederation<T>(url: string): Promise<T> {
    return kubeGet<T>(this.world.federation.kubeconfig, url);
  }

  /** Regions that Karmada finds ready. */
  async readyMembers(): Promise<string[]> {
    const url = "/apis/cluster.karmada.io/v1alpha1/clusters";
    const { items } = await this.inFederation<Listed<Conditions>>(url);
    return items
      .filter(({ status }) =>
        status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
      )
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  async applications(hub: string): Promise<readonly Application[]> {
    return (await this.get<Listed<Application>>(hub, applicationsPath)).items;
  }

  applicationPath(name: string): string {
    return `${applicationsPath}/${name}`;
  }

  /** Ready replicas of an app's Deployment by region. */
  async replicas(app: string, regions: readonly string[]): Promise<number[]> {
    const url = `/apis/apps/v1/namespaces/${app}/deployments/${app}`;
    return Promise.all(
      regions.map(async (region) => {
        const found = await this.get<Deployment>(region, url).catch(() => undefined);
        return found?.status?.readyReplicas ?? 0;
      }),
    );
  }
}
