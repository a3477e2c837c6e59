import * as fs from "node:fs";
import * as path from "node:path";
import { eventually, type TestPlatform } from "./platform";

/** A TraefikService, as far as it is looked at. */
export interface TraefikService {
  readonly spec: {
    readonly weighted: {
      readonly services: readonly { readonly name: string; readonly weight: number }[];
    };
  };
}

interface Rollout {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { image: string }[] } };
  };
  readonly status?: {
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    readonly abort?: boolean;
  };
}

/** Percentage that a TraefikService gives to an app's new version. */
export function canaryWeight({ spec }: TraefikService, app: string): number {
  return spec.weighted.services.find(({ name }) => name === `${app}-canary`)?.weight ?? 0;
}

/** Versions that were made. Tests that share a platform must not make one twice: it would be no new one. */
let made = 0;

/** The apps of a test's platform whose versions go out by flags. */
export function flaggedApps<Region extends string>(
  platform: TestPlatform,
  regions: readonly Region[],
) {
  /** Edits a flag as a person does. */
  function flag(name: string, to: string, region?: Region): Promise<string> {
    const only = region === undefined ? [] : ["--region", region];
    return platform.must("flag", "set", name, to, ...only);
  }

  /** Ends an app's rollout: its newest version is the only one everywhere. */
  async function retire(app: string): Promise<void> {
    await platform.must("flag", "retire", app, "--yes");
    await oneVersion(app);
  }

  /** Waits until the newest version of an app is the only one everywhere. */
  function oneVersion(app: string): Promise<boolean> {
    return eventually(`${app} runs one version`, 180, async () => {
      const states = await Promise.all(regions.map((region) => stateOf(region, app)));
      return states.every(({ settled }) => settled) && (await platform.status()).ready;
    });
  }

  /** Commits a new version of an app. @returns its name. */
  function newVersion(app: string): string {
    const version = `7.0.${made++}`;
    const file = path.join(platform.scratch, "apps", app, "base", "deployment.yaml");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace(/(image: \S+:)\S+/, `$1${version}`));
    platform.git("commit", "-qam", `feat: ${app} ${version}`);
    return version;
  }

  /** Percentage of the requests that a region's gateway is told to send to an app's new version. */
  async function weightOf(region: Region, app: string): Promise<number> {
    const url = `/apis/traefik.io/v1alpha1/namespaces/${app}/traefikservices/${app}`;
    return canaryWeight(await platform.get<TraefikService>(region, url), app);
  }

  /** The same in all regions, in their order. */
  function weights(app: string): Promise<number[]> {
    return Promise.all(regions.map((region) => weightOf(region, app)));
  }

  /** Waits until the gateways of all regions have these weights. */
  async function reaches(app: string, wanted: readonly number[]): Promise<void> {
    await eventually(`${app} at ${wanted.join(", ")} %`, 120, async () => {
      const found = await weights(app);
      return found.every((weight, index) => weight === wanted[index]);
    });
  }

  /** A region's Rollout. `settled`: the version that it is told to run is its stable one. */
  async function stateOf(region: Region, app: string) {
    const url = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`;
    const { spec, status = {} } = await platform.get<Rollout>(region, url);
    const version = spec.template.spec.containers[0]?.image.split(":").at(-1) ?? "";
    const settled = status.stableRS !== undefined && status.stableRS === status.currentPodHash;
    return { version, settled, aborted: status.abort === true };
  }

  return { flag, retire, oneVersion, newVersion, weightOf, weights, reaches, stateOf };
}
