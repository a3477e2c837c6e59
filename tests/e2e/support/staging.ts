import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import { flagFileOf } from "../../../infra/config/folder";
import { readEnvironmentFile } from "../../../infra/config";
import { applyChanges, type FlagChange } from "../../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../../infra/components/rollouts/flags";
import { editFlagFile } from "../../../operations/flags/file";
import {
  type Instance,
  instanceOf,
  repositoryRoot,
  writePrivate,
} from "../../../infra/providers/local/instance";
import { kubeGet } from "../../../infra/kube/kube";
import { recordName } from "../../support/aws/charts/archive";
import { User } from "../../support/aws/user";
import type { Configuration, World } from "../../support/aws/world";
import { environmentsOf, platformStack, platformWorld } from "./account";
import { eventually } from "./platform";

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

interface Workload extends Named {
  readonly status?: {
    readonly readyReplicas?: number;
    readonly phase?: string;
    readonly stableRS?: string;
    readonly currentPodHash?: string;
  };
}

interface TraefikService {
  readonly spec: {
    readonly weighted: { readonly services: readonly { name: string; weight: number }[] };
  };
}

/** Values of the gateway's chart, as far as they are looked at. */
export interface TraefikValues {
  readonly service: { readonly spec: { readonly type: string } };
  readonly ports: {
    readonly web: { readonly forwardedHeaders: { readonly trustedIPs: string[] } };
  };
}

/** Which load balancer's targets a Service's pods are. */
export interface Binding {
  readonly spec: { readonly targetGroupARN: string };
}

const applicationsPath = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";

/** The domain whose zone staging makes by itself. */
export const domain = "made.example.org";

/**
 * Staging in a world of its own: its apps come from a scratch clone of this repository. Commands and the tests' own engine work
 * on one state and by one file.
 */
export class Staging {
  readonly user: User;
  /** Where the commands keep what is theirs. */
  readonly instance: Instance;

  private constructor(
    readonly world: World,
    private readonly scratch: string,
  ) {
    this.user = new User(world);
    this.instance = instanceOf("staging", path.join(world.dir, "home"));
  }

  static async create(name: string): Promise<Staging> {
    const world = await platformWorld(name, { federation: true });
    const scratch = path.join(world.dir, "scratch");
    execFileSync("git", ["clone", "--quiet", repositoryRoot, scratch]);
    const staging = new Staging(world, scratch);
    staging.user.configure("staging", (config) => {
      config["meridian:aws"] = { ...(config["meridian:aws"] as object), zone: "create" };
      config["meridian:traffic"] = { domain };
      config["meridian:delivery"] = {
        repository: pathToFileURL(scratch).href,
        track: { branch: "HEAD" },
        pollSeconds: 2,
      };
    });
    return staging;
  }

  /** The environment's file, as a person edits it. */
  get text(): string {
    return fs.readFileSync(this.file, "utf8");
  }

  set text(text: string) {
    writePrivate(this.file, text);
  }

  private get file(): string {
    return path.join(environmentsOf(this.world), "Pulumi.staging.yaml");
  }

  /** What it is configured with now. */
  get environment() {
    return readEnvironmentFile(this.file, "staging");
  }

  /** Has it in these regions, sized as the first. */
  setRegions(regions: readonly string[]): void {
    const { config } = parse(this.text) as { config: Configuration };
    const [first] = config["meridian:regions"] as Record<string, unknown>[];
    config["meridian:regions"] = regions.map((name) =>
      name === first?.["name"] ? first : { ...first, name, role: "member" },
    );
    this.text = stringify({ config });
  }

  /** Its stack as its file has it, with the state of the commands. */
  stack(): Promise<Stack> {
    const { config: written } = parse(this.text) as { config: Configuration };
    return platformStack(
      this.world,
      "staging",
      (config) => {
        for (const key of Object.keys(config)) delete config[key];
        Object.assign(config, written);
      },
      {
        PULUMI_BACKEND_URL: this.user.backend,
        PULUMI_CONFIG_PASSPHRASE: fs.readFileSync(this.instance.passphraseFile, "utf8").trim(),
      },
    );
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

  /** Starts what the pods of a region's gate and of its Argo Rollouts would run, as soon as they are there. */
  async startRollouts(region: string): Promise<void> {
    await eventually(`the gate of ${region} can start`, 400, async () => {
      await this.world.startRollouts(region, `meridian-staging-${region}`);
      return true;
    });
  }

  /** Percentage of the requests that a region's gateway gives an app's new version. */
  async canaryWeight(app: string, region: string): Promise<number | undefined> {
    const url = `/apis/traefik.io/v1alpha1/namespaces/${app}/traefikservices/${app}`;
    const { spec } = await this.get<TraefikService>(region, url);
    return spec.weighted.services.find(({ name }) => name === `${app}-canary`)?.weight;
  }

  /** Changes a flag of the environment's file, as `meridian flag` does. Gates hear of it with the next `up`. */
  editFlag(app: string, change: (flag: Flag) => readonly FlagChange[]): Promise<void> {
    return editFlagFile(flagFileOf(environmentsOf(this.world), "staging"), (file) => {
      const flag = file.flags[app];
      if (flag === undefined) throw new Error(`there is no flag ${app}`);
      return { ...file, flags: { ...file.flags, [app]: applyChanges(flag, change(flag)) } };
    });
  }

  /** An app's Rollout in a region. */
  rollout(app: string, region: string): Promise<Workload> {
    const url = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`;
    return this.get<Workload>(region, url);
  }

  /** Regions that have told the others which version of an app is stable there. */
  async sayStable(app: string): Promise<string[]> {
    const url = `/api/v1/namespaces/${app}/configmaps/rollout-gate-${app}`;
    const { data } = await this.inFederation<{ data: Readonly<Record<string, string>> }>(url);
    return Object.keys(data).sort();
  }

  /** Commits a change of one of the scratch clone's files. */
  change(file: string, edit: (text: string) => string): void {
    const full = path.join(this.scratch, file);
    fs.writeFileSync(full, edit(fs.readFileSync(full, "utf8")));
    const git = ["-C", this.scratch, "-c", "user.name=test", "-c", "user.email=test@example.org"];
    execFileSync("git", [...git, "commit", "--quiet", "--all", "--message", "change"]);
  }

  /** Ready replicas of an app's Rollout by region. */
  async replicas(app: string, regions: readonly string[]): Promise<number[]> {
    return Promise.all(
      regions.map(async (region) => {
        const found = await this.rollout(app, region).catch(() => undefined);
        return found?.status?.readyReplicas ?? 0;
      }),
    );
  }
}
