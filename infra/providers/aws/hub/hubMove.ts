import type { AwsEnvironment, Environment } from "../../../config/types";
import type { BackupPlan } from "../../../components/backup/plan";

/** The situation before a hub move. */
export interface HubMoveSituation {
  /** The current configuration. */
  readonly environment: Environment;
  /** Target region of the hub. */
  readonly to: string;
  /** Regions with a hub in the state, in state order; two while a move is half finished. */
  readonly housed: readonly string[];
  /** Regions of `housed` whose hub's API server responds. */
  readonly answering: readonly string[];
  /** Regions of `housed` in which AWS itself does not respond. */
  readonly silentRegions: readonly string[];
  /** Whether a person has confirmed that the hub is lost: a hub that is only unreachable from here continues to act. */
  readonly lost: boolean;
  readonly backup: Pick<BackupPlan, "lossMinutes">;
  /** Age of the newest snapshot, in minutes; undefined if there is none or it is unreadable. */
  readonly backupAgeMinutes: number | undefined;
  /** Whether clusters of the environment have deletion protection. */
  readonly isProtected: boolean;
}

/** One step of a move. Every step is idempotent. */
export type HubMoveStep =
  /** Moves the role in the environment's file, and writes `home` there if it is missing. */
  | { readonly kind: "edit"; readonly to: string; readonly home: string }
  /** Resumes a hub that an earlier move paused. */
  | { readonly kind: "wake"; readonly region: string }
  /** Pauses Karmada and Argo CD of the hub: only one hub at a time may control the members. */
  | { readonly kind: "silence"; readonly region: string }
  /** Removes from the state the resources that are only reachable through the hub. */
  | { readonly kind: "forget"; readonly region: string }
  /** Removes the deletion protection of the old cluster. */
  | { readonly kind: "release"; readonly region: string }
  | { readonly kind: "up" };

export interface HubMovePlan {
  /** Reasons that prevent the move, each with its remedy; empty if the steps may run. */
  readonly diagnostics: readonly string[];
  /** Consequences that may be unexpected. */
  readonly notes: readonly string[];
  /** In execution order; empty if the hub is already in the target region. */
  readonly steps: readonly HubMoveStep[];
}

/**
 * Maximum downtime of the federation and its delivery, in minutes: the design value of ADR 11 (EKS creates a cluster in about 15
 * minutes, its nodes and charts take 10 more, load balancer and members 5; detection and decision take as long again). It has not
 * been measured in any account. Apps, their traffic and its failover between the regions' load balancers continue throughout.
 */
export const hubMoveMinutes = 45;

/** A backup counts as stale if its age exceeds this multiple of the promised loss. */
const staleFactor = 2;

/** Plans the remaining steps of a move: from its start, or from the point at which an earlier run was interrupted. Pure. */
export function planHubMove(situation: HubMoveSituation): HubMovePlan {
  const { environment, housed, to } = situation;
  if (environment.provider !== "aws") {
    return refused(
      `${environment.name} has the provider ${environment.provider}: its hub is this machine.`,
    );
  }
  const diagnostics = [...targetDiagnostics(environment, situation), ...hubDiagnostics(situation)];
  if (diagnostics.length > 0) return { diagnostics, notes: [], steps: [] };
  const leaving = housed.filter((region) => region !== to);
  const isThere = hubOf(environment) === to && leaving.length === 0 && housed.includes(to);
  return {
    diagnostics: [],
    notes: isThere ? [] : notesOf(situation),
    steps: isThere ? [] : stepsOf(environment, situation, leaving),
  };
}

function refused(...diagnostics: string[]): HubMovePlan {
  return { diagnostics, notes: [], steps: [] };
}

function targetDiagnostics(
  { name, regions }: AwsEnvironment,
  { to, housed }: HubMoveSituation,
): string[] {
  const names = regions.map((region) => region.name);
  if (!names.includes(to)) {
    return [
      `${to} is no region of ${name}, which has ${names.join(", ")}. Add it to meridian:regions and run ` +
        `\`npx meridian up ${name}\` first, or choose one of these.`,
    ];
  }
  if (housed.length === 0) {
    return [`${name} has no hub in its state: \`npx meridian up ${name}\` makes the first one.`];
  }
  return [];
}

function hubDiagnostics(situation: HubMoveSituation): string[] {
  const { environment, to, housed, answering, silentRegions, lost } = situation;
  const { name } = environment;
  return housed
    .filter((region) => region !== to)
    .flatMap((region) => {
      if (silentRegions.includes(region)) return [goneText(situation, region)];
      if (answering.includes(region) || lost) return staleDiagnostics(situation, region);
      return [
        `The hub in ${region} does not answer. If it only cannot be reached from here, fix that first: it goes on acting, ` +
          `and regions would obey two hubs. If it is gone for good: \`npx meridian hub move ${name} --to ${to} --lost\`.`,
      ];
    });
}

/** `up` fails for a region in which AWS does not respond: the region must be removed first. */
function goneText({ environment, to }: HubMoveSituation, region: string): string {
  const { name } = environment;
  const home =
    environment.provider === "aws" && environment.aws.home === region
      ? ` Write aws.home: ${to} too: keys, images and the database's writer were in ${region}, see docs/guides/hub.md.`
      : "";
  return (
    `AWS itself does not answer in ${region}, so that nothing can be brought up while the region is configured. Wait for it, or ` +
    `give it up: take it out of meridian:regions, write role: hub at ${to},${home === "" ? "" : home} then ` +
    `\`npx meridian forget ${name} ${region} --hub\` and \`npx meridian up ${name}\`.`
  );
}

/** A lost hub creates no newer backup; a running one should have a fresh one. */
function staleDiagnostics(situation: HubMoveSituation, region: string): string[] {
  if (!situation.answering.includes(region) || isFresh(situation)) return [];
  if (situation.lost) return [];
  return [
    `${ageText(situation)}, and the old hub is deleted at the end. Fix the job karmada-etcd-snapshot in ${region} first, ` +
      "or say --lost: then what is neither in git nor in the program is gone.",
  ];
}

function isFresh({ backup, backupAgeMinutes }: HubMoveSituation): boolean {
  return backupAgeMinutes !== undefined && backupAgeMinutes <= staleFactor * backup.lossMinutes;
}

function ageText({ backup, backupAgeMinutes }: HubMoveSituation): string {
  const age =
    backupAgeMinutes === undefined
      ? "There is no backup of Karmada that can be read"
      : `The newest backup of Karmada is ${Math.round(backupAgeMinutes)} minutes old`;
  return `${age} (it should be ${backup.lossMinutes} at most)`;
}

function notesOf(situation: HubMoveSituation): string[] {
  const { backup } = situation;
  return [
    `Designed to take ${hubMoveMinutes} minutes (ADR 11; measured in no account). Pods, traffic and failover by DNS continue; ` +
      "delivery and rebalancing wait until the end.",
    `Lost: nothing that is in git or in the program. Of anything else the backup has all but the last ${backup.lossMinutes} minutes.`,
    ...(isFresh(situation) ? [] : [`${ageText(situation)}.`]),
  ];
}

function stepsOf(
  environment: AwsEnvironment,
  { to, housed, answering, isProtected }: HubMoveSituation,
  leaving: readonly string[],
): HubMoveStep[] {
  const configured = hubOf(environment);
  const { home } = environment.aws;
  const edit: HubMoveStep[] = configured === to ? [] : [{ kind: "edit", to, home }];
  const wake: HubMoveStep[] =
    housed.includes(to) && answering.includes(to) ? [{ kind: "wake", region: to }] : [];
  const left = leaving.flatMap((region): HubMoveStep[] => [
    { kind: answering.includes(region) ? "silence" : "forget", region },
    ...(isProtected ? [{ kind: "release", region } as const] : []),
  ]);
  return [...edit, ...left, ...wake, { kind: "up" }];
}

function hubOf({ regions }: Environment): string | undefined {
  return regions.find(({ role }) => role === "hub")?.name;
}
