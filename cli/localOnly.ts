import { isOnAws } from "../operations/environmentFiles";
import { runningInstance } from "./environment";
import { CommandError } from "../operations/errors";

/** The equivalent for an environment on AWS, by command. */
const onAws = {
  status:
    "`kubectl -n argocd get applications` with the hub's context, which `meridian up` prints at its end",
  logs: "`kubectl logs` in the cluster in question; `meridian up` prints how to reach each at its end",
  env: "`meridian kubeconfig <environment>`, for kubectl",
  rebalance:
    "no command yet; a WorkloadRebalancer (apps.karmada.io/v1alpha1) on Karmada's API server divides replicas again",
  dig: "`dig <app>.<domain>`, as the zone is in Route 53",
  curl: "`curl https://<app>.<domain>/`",
  region:
    "no command; what loses a region there is in docs/guides/aws.md, and a WorkloadRebalancer returns its replicas",
  topic: "`kubectl -n streaming get kafkatopics` in each region",
  drain: "no command yet; Route 53 leaves out a region whose health checks fail",
} as const;

/** Commands that reach only this machine. */
export type LocalCommand = keyof typeof onAws;

/**
 * The instance of an environment that is up on this machine.
 * @throws CommandError if it is on AWS, naming the equivalent there, and as `runningInstance` does.
 */
export function localInstance(
  command: LocalCommand,
  environment: string,
): ReturnType<typeof runningInstance> {
  if (!isOnAws(environment)) return runningInstance(environment);
  throw new CommandError(
    `\`meridian ${command}\` reaches environments on this machine only, and ${environment} is on AWS. There: ${onAws[command]}.`,
  );
}
