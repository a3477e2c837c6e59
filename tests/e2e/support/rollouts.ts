import * as fs from "node:fs";
import * as path from "node:path";
import { eventually } from "./platform";
import { platform } from "./shared";
import { Traffic } from "./traffic";

/** Regions of the shared platform. */
export const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"] as const;

export type Region = (typeof regions)[number];

const traffic = new Traffic(platform);

/** Edits a flag as a person does. */
export function flag(name: string, to: string, region?: Region): Promise<string> {
  const only = region === undefined ? [] : ["--region", region];
  return platform.must("flag", "set", name, to, ...only);
}

/** Ends an app's rollout: its newest version is the only one everywhere. */
export async function retire(app: string): Promise<void> {
  await platform.must("flag", "retire", app);
  await eventually(`${app} runs one version`, 180, async () => {
    const states = await Promise.all(regions.map((region) => stateOf(region, app)));
    return states.every(({ settled }) => settled) && (await platform.status()).ready;
  });
}

let made = 0;

/** Commits a new version of an app. @returns its name. */
export function newVersion(app: string): string {
  const version = `7.0.${made++}`;
  const file = path.join(platform.scratch, "apps", app, "base", "deployment.yaml");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/(image: \S+:)\S+/, `$1${version}`));
  platform.git("commit", "-qam", `feat: ${app} ${version}`);
  return version;
}

interface TraefikService {
  readonly spec: {
    readonly weighted: {
      readonly services: readonly { readonly name: string; readonly weight: number }[];
    };
  };
}

/** Percentage of the requests that a region's gateway is told to send to an app's new version. */
export async function weightOf(region: Region, app: string): Promise<number> {
  const url = `/apis/traefik.io/v1alpha1/namespaces/${app}/traefikservices/${app}`;
  const { spec } = await platform.get<TraefikService>(region, url);
  return spec.weighted.services.find(({ name }) => name === `${app}-canary`)?.weight ?? 0;
}

/** The same in all regions, in their order. */
export function weights(app: string): Promise<number[]> {
  return Promise.all(regions.map((region) => weightOf(region, app)));
}

/** Waits until the gateways of all regions have these weights. */
export async function reaches(app: string, wanted: readonly number[]): Promise<void> {
  await eventually(`${app} at ${wanted.join(", ")} %`, 120, async () => {
    const found = await weights(app);
    return found.every((weight, index) => weight === wanted[index]);
  });
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

/** A region's Rollout. `settled`: the version that it is told to run is its stable one. */
export async function stateOf(region: Region, app: string) {
  const url = `/apis/argoproj.io/v1alpha1/namespaces/${app}/rollouts/${app}`;
  const { spec, status = {} } = await platform.get<Rollout>(region, url);
  const version = spec.template.spec.containers[0]?.image.split(":").at(-1) ?? "";
  const settled = status.stableRS !== undefined && status.stableRS === status.currentPodHash;
  return { version, settled, aborted: status.abort === true };
}

/** Percentage of requests to a region's gateway that a version has answered. Every request has to be answered well. */
export async function shareOf(region: Region, app: string, version: string): Promise<number> {
  const count = 300;
  let answered = 0;
  const host = `${app}.${traffic.plan.domain}`;
  for (let sent = 0; sent < count; sent += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => traffic.get(region, host)));
    for (const { status, body } of answers) {
      if (status !== 200) throw new Error(`${region} answered ${status}: ${body}`);
      if ((JSON.parse(body) as { version: string }).version === version) answered++;
    }
  }
  return (answered / count) * 100;
}
