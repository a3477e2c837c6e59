import type { AwsEnvironment, Environment } from "../../../config/types";
import type { BackupPlan } from "../../../components/backup/plan";

/** What is so when a hub is to be moved. */
export interface HubMoveSituation {
  /** As it is configured now. */
  readonly environment: Environment;
  /** Region that is to house the hub. */
  readonly to: string;
  /** Regions with a hub in the state, in its order; two while a move is half finished. */
  readonly housed: readonly string[];
  /** Regions of `housed` whose hub's API server answers. */
  readonly answering: readonly string[];
  /** Regions of `housed` that AWS itself does not answer in. */
  readonly silentRegions: readonly string[];
  /** Whether a person has said that the hub is given up: one that only cannot be seen from here goes on acting. */
  readonly lost: boolean;
  readonly backup: Pick<BackupPlan, "lossMinutes">;
  /** Age of the newest snapshot, minutes; undefined: there is none, or it cannot be read. */
  readonly backupAgeMinutes: number | undefined;
  /** Whether clusters of the environment have deletion protection. */
  readonly isProtected: boolean;
}

/** One step of a move. Each may be done again. */
export type HubMoveStep =
  /** The role moves in the environment's file; `home` is written down there, unless it is. */
  | { readonly kind: "edit"; readonly to: string; readonly home: string }
  /** What was silenced by an earlier move acts again. */
  | { readonly kind: "wake"; readonly region: string }
  /** Karmada and Argo CD of the hub act no more: members obey one hub at a time. */
  | { readonly kind: "silence"; readonly region: string }
  /** What could be reached through the hub only is taken out of the state. */
  | { readonly kind: "forget"; readonly region: string }
  /** The old cluster may be deleted. */
  | { readonly kind: "release"; readonly region: string }
  | { readonly kind: "up" };

export interface HubMovePlan {
  /** Why nothing is done, each with how to fix it; empty when the steps may be taken. */
  readonly diagnostics: readonly string[];
  /** What is so and may be a surprise. */
  readonly notes: readonly string[];
  /** In their order; empty when all is as asked. */
  readonly steps: readonly HubMoveStep[];
}

/**
 * How long a federation and its delivery are away at most, minutes: a design of ADR 11 (EKS makes a cluster in about 15
 * minutes, its nodes and charts take 10 more, load balancer and members 5; as much again to find out and decide), which no
 * account has measured. Apps, their traffic and its failover between regions' load balancers go on all the time.
 */
export const hubMoveMinutes = 45;

/** A backup older than this many times of what it promises is no backup. */
const staleFactor = 2;

/** Decides what a move takes from where it stands: at its begin, or where an earlier run was cut short. Pure. */
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

/** Nothing is brought up with a region that AWS does not answer in: it has to go as a region first. */
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

/** Of a hub that is lost there will be no newer backup; of one that lives there should be. */
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
    `Designed to take ${hubMoveMinutes} minutes (ADR 11; measured in no account). Pods, traffic and failover by DNS go on; ` +
      "delivery, and the division of replicas anew, wait until the end.",
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
