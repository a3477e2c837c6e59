import { eksKubeconfig } from "../../infra/providers/aws/cluster/manifests/kubeconfig";
import type { HubMoveStep } from "../../infra/providers/aws/hub/hubMove";
import { hubNameIn } from "../../infra/providers/aws/account/names";
import type { Deployment } from "./deployment";
import { nameOf } from "./deployment";
import { forgetHub } from "./forgetRegion";
import { pauseHub, resumeHub } from "./hubControllers";
import { moveHubRole } from "./hubRole";

/** Dependencies of a move: the commands' own files and stack, or a test's. */
export interface HubMoveDeps {
  /** Text of the environment's file. */
  readFile(): string;
  writeFile(text: string): void;
  /** The current state. */
  state(): Promise<Deployment>;
  replaceState(deployment: Deployment): Promise<void>;
  /** Lifts the deletion protection of an EKS cluster, and waits until it is lifted. */
  release(region: string, eksName: string): Promise<void>;
  /** Reconciles the environment with its file. */
  up(): Promise<void>;
  /** Prints what was done. */
  say(text: string): void;
}

/** Runs the steps of a move in order. Each is idempotent, so that an interrupted run can be repeated. */
export async function runSteps(steps: readonly HubMoveStep[], means: HubMoveDeps): Promise<void> {
  for (const step of steps) await take(step, means);
}

async function take(step: HubMoveStep, means: HubMoveDeps): Promise<void> {
  switch (step.kind) {
    case "edit":
      means.writeFile(moveHubRole(means.readFile(), step.to, step.home));
      return means.say(`The environment's file gives the role to ${step.to}. Commit it.`);
    case "silence":
      await pauseHub(hubKubeconfig(await means.state(), step.region));
      return means.say(`The hub in ${step.region} acts no more.`);
    case "wake":
      await resumeHub(hubKubeconfig(await means.state(), step.region));
      return means.say(`The hub in ${step.region} acts.`);
    case "forget": {
      const { deployment, taken } = forgetHub(await means.state(), step.region);
      if (taken.length > 0) await means.replaceState(deployment);
      return means.say(
        `The state has no more of what was in the hub in ${step.region} (${taken.length}).`,
      );
    }
    case "release":
      await means.release(step.region, hubCluster(await means.state(), step.region).eksName);
      return means.say(`The old cluster in ${step.region} may be deleted.`);
    case "up":
      return means.up();
  }
}

interface HubCluster {
  readonly eksName: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
}

/** A region's hub according to the state. @throws RangeError if the state has none. */
function hubCluster({ resources = [] }: Deployment, region: string): HubCluster {
  const found = resources.find(
    ({ type, urn }) => type === "aws:eks/cluster:Cluster" && nameOf(urn) === hubNameIn(region),
  );
  const { name, endpoint, certificateAuthority } = (found?.outputs ?? {}) as {
    name?: string;
    endpoint?: string;
    certificateAuthority?: { data?: string };
  };
  const ca = certificateAuthority?.data;
  if (name === undefined || endpoint === undefined || ca === undefined)
    throw new RangeError(`the state has no hub in ${region}`);
  return { eksName: name, endpoint, certificateAuthority: ca };
}

/** Kubeconfig of a region's hub, for callers that can use the `aws` command. */
export function hubKubeconfig(state: Deployment, region: string): string {
  return eksKubeconfig({ region, ...hubCluster(state, region) });
}
