import { setTimeout as sleep } from "node:timers/promises";
import { applyObjects, kubeGet } from "../../../infra/kube/kube";
import type { Manifest } from "../../../infra/manifests/types";
import { planHubMove } from "../../../infra/providers/aws/hub/hubMove";
import type { Deployment } from "../../../operations/aws/deployment";
import { hubRegionsOf } from "../../../operations/aws/forgetRegion";
import { hubAnswers } from "../../../operations/aws/hubControllers";
import { hubKubeconfig, runSteps } from "../../../operations/aws/hubMove";
import { replaceDeployment } from "../../../cli/aws/stack";
import type { StandInFederation } from "../../support/aws/federation";
import type { Operation } from "../../support/aws/log";
import type { World } from "../../support/aws/world";
import { stateOf } from "./account";
import type { Staging } from "./staging";

export const regions = ["eu-west-1", "us-east-1"];

/** Replicas of the app over all regions. */
export const replicas = 6;

const labels = { "meridian.dev/app": "shop" };
const metadata = { name: "shop", namespace: "default", labels };

/** An app, as Argo CD would bring it to the federation. */
export function shop(count = replicas): Manifest[] {
  const containers = [{ name: "shop", image: "stand-in.invalid/none" }];
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { of: "shop" } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: count,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      },
    },
  ] as Manifest[];
}

/** Staging, whose hub is moved as the command does. */
export class MovingPlatform {
  private readonly world: World;

  constructor(private readonly staging: Staging) {
    this.world = staging.world;
    // Whoever talks to a hub from here asks the stand-in's `aws` command for a token.
    Object.assign(process.env, this.world.variables());
  }

  /** What the command does, but for S3 and its questions. @returns what it said. */
  async move(to: string, lost: boolean, beforeUp: () => Promise<void>): Promise<string[]> {
    const state = await this.state();
    const housed = hubRegionsOf(state);
    const answering: string[] = [];
    for (const region of housed)
      if (await hubAnswers(hubKubeconfig(state, region))) answering.push(region);
    const plan = planHubMove({
      ...{ environment: this.staging.environment, to, housed, answering, lost },
      ...{ silentRegions: [], backup: { lossMinutes: 20 }, backupAgeMinutes: 3 },
      isProtected: false,
    });
    if (plan.diagnostics.length > 0) throw new Error(plan.diagnostics.join("\n"));
    const said: string[] = [];
    await runSteps(plan.steps, {
      readFile: () => this.staging.text,
      writeFile: (text) => void (this.staging.text = text),
      state: () => this.state(),
      replaceState: async (deployment) => replaceDeployment(await this.staging.stack(), deployment),
      release: () => Promise.reject(new Error("staging protects nothing")),
      say: (text) => said.push(text),
      up: async () => {
        await beforeUp();
        await (await this.staging.stack()).up();
      },
    });
    return said;
  }

  /** UIDs of the app's running pods, region by region. */
  async pods(): Promise<string[][]> {
    const url = "/api/v1/namespaces/default/pods?labelSelector=meridian.dev/app";
    return Promise.all(
      regions.map(async (region) => {
        const kubeconfig = this.world.kubeconfig(region, `meridian-staging-${region}`);
        const { items } = await kubeGet<PodList>(kubeconfig, url, 15_000);
        return items
          .filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp === undefined)
          .filter(({ status }) => status.phase === "Running")
          .map(({ metadata: { uid } }) => uid);
      }),
    );
  }

  private async state(): Promise<Deployment> {
    return stateOf(await this.staging.stack());
  }
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
    readonly status: { readonly phase?: string };
  }[];
}

/** Counts the app's pods several times a second until it is stopped. */
export class PodSampler {
  least = Number.POSITIVE_INFINITY;
  most = 0;
  samples = 0;
  private stopped = false;
  private readonly sampling: Promise<void>;

  constructor(platform: MovingPlatform) {
    this.sampling = this.sample(platform);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.sampling;
  }

  private async sample(platform: MovingPlatform): Promise<void> {
    while (!this.stopped) {
      const count = (await platform.pods()).flat().length;
      this.least = Math.min(this.least, count);
      this.most = Math.max(this.most, count);
      this.samples++;
      await sleep(200);
    }
  }
}

/** In Argo CD's stead: brings the app as soon as the hub has the Application that brings all others. */
export class Deliverer {
  private stopped = false;
  private readonly delivering: Promise<void>;

  /** @param hub Gives a kubeconfig of the new hub; fails as long as there is none. */
  constructor(hub: () => string, federation: StandInFederation) {
    this.delivering = this.deliver(hub, federation.kubeconfig);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.delivering;
  }

  private async deliver(hub: () => string, kubeconfig: string): Promise<void> {
    const application = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/bootstrap";
    while (!this.stopped) {
      await sleep(500);
      try {
        await kubeGet(hub(), application);
        await applyObjects(kubeconfig, shop());
      } catch {
        // Not yet.
      }
    }
  }
}

/** What was done in AWS, in order. */
export function changesOf(operations: readonly Operation[]) {
  return operations.filter(
    ({ at, op, preview }) =>
      at === "end" && preview !== true && ["create", "update", "delete"].includes(op),
  );
}
