import pc from "picocolors";
import { differenceLines } from "../infra/plan/differenceLines";
import type { PlatformPlan } from "../infra/plan/types";
import type { ComponentStatus } from "../operations/status/components";
import { appReady, unreleased } from "../operations/status/compose";
import { reasonLines } from "../operations/status/reasonLines";
import { differencesElsewhere, isOf, unready } from "../operations/status/read";
import { versionText } from "../operations/status/versions";
import { environmentOption, formatDuration } from "../operations/format";
import { failbackRows } from "./failbackView";
import { mark, table } from "./table";
import type {
  AppStatus,
  Drift,
  ArgocdUiStatus,
  RegionStatus,
  Status,
} from "../operations/status/model";

/** The full text of a status. Pure. */
export function formatStatus(status: Status, plan: PlatformPlan, tookMs?: number): string {
  const took = tookMs === undefined ? "" : ` in ${formatDuration(tookMs)}`;
  const head = status.ready
    ? pc.green(`${status.environment} is ready${took}.${goneText(status.apps)}`)
    : pc.red(`${status.environment} is not ready: ${unready(status).join(", ")}.`);
  return ["", head, "", ...formatRows(status), "", ...hints(status, plan)].join("\n");
}

/** The apps that are not part of what is ready, with the reason, as sentences after another one. Empty: there are none. Pure. */
export function goneText(apps: readonly AppStatus[]): string {
  const removing = apps.filter((app) => app.removing).map(({ name }) => name);
  const removed = apps.filter((app) => app.removed && !app.removing).map(({ name }) => name);
  const are = (names: readonly string[]) => (names.length === 1 ? "is" : "are");
  return [
    ...(removing.length === 0 ? [] : [` ${removing.join(", ")} ${are(removing)} being removed.`]),
    ...(removed.length === 0
      ? []
      : [` ${removed.join(", ")} ${are(removed)} removed from git, not from the platform yet.`]),
  ].join("");
}

/** The tables of a status: regions, then apps. Pure. */
export function formatRows(status: Status): string[] {
  return [
    ...regionRows(status),
    "",
    ...deliveryLines(status),
    ...appRows(status),
    ...status.components.flatMap(componentRows),
    ...failbackRows(status),
    ...reasonRows(status),
    ...differenceRows(status),
  ];
}

function regionRows({ regions, federation }: Status): string[] {
  const rows = regions.map(({ name, created, ready, version, server, zones, edge }) => {
    if (!created) return [mark(false), name, "not created yet"];
    const member = federation.members.find((one) => one.name === name)?.ready ?? false;
    const nodes = zones.reduce((sum, zone) => sum + zone.nodes, 0);
    const perZone = zones.map((zone) => `${zone.name.slice(name.length)} ${zone.nodes}`).join(", ");
    return [
      mark(ready),
      name,
      version ?? "no answer",
      `${nodes} nodes (${perZone})`,
      member ? "joined" : "lost",
      edgeState(edge),
      server,
    ];
  });
  return table(
    ["", "REGION", "VERSION", "NODES (BY ZONE)", "FEDERATION", "TRAFFIC", "API SERVER"],
    rows,
  );
}

/** Whether the region receives requests. */
function edgeState({ healthy, weight }: RegionStatus["edge"]): string {
  if (!healthy) return "none: gateway is down";
  return weight === 100 ? "serving" : `drained to ${weight} %`;
}

/** The release or revision that the environment tracks. */
function deliveryLines({ delivery, environment }: Status): string[] {
  if (delivery === undefined)
    return ["The hub does not answer: what is delivered is not known.", ""];
  const { track, revision, release } = delivery;
  if (unreleased(delivery)) {
    return [
      `Nothing is released yet: \`npx meridian up ${environment} --release <tag>\` approves the first release.`,
      "",
    ];
  }
  if (release !== undefined) return [`Delivers release ${release} (${revision.slice(0, 7)}).`, ""];
  return [track === "tags" ? `Tracks tags ${revision}.` : `Tracks branch ${revision}.`, ""];
}

function appRows({ apps, regions, environment }: Status): string[] {
  if (apps.length === 0) return [];
  const rows = apps.map((app) => [
    mark(appReady(app)),
    app.name,
    versionText(app.versions),
    app.sync,
    app.health,
    app.revision.slice(0, 7),
    `${app.replicas.ready}/${app.replicas.desired}`,
    ...regions.map(({ name }) => inRegion(app, name)),
  ]);
  const names = regions.map(({ name }) => name);
  return [
    ...table(["", "APP", "VERSION", "SYNC", "HEALTH", "COMMIT", "READY", ...names], rows),
    ...apps.flatMap((app) =>
      appNotes(app, environment).map((note) => pc.yellow(`  ${app.name}: ${note}`)),
    ),
    ...rolloutRows(apps),
  ];
}

/** The rollouts in progress, by region, with the reason each one waits. */
function rolloutRows(apps: readonly AppStatus[]): string[] {
  const rows = apps.flatMap(({ name, rollouts, versions }) =>
    Object.entries(rollouts)
      .filter(([, { phase }]) => phase !== "stable")
      .map(([region, { flag, phase, reached, percentage, reason }]) => [
        name,
        region,
        phase,
        versionText(versions, region),
        `${reached} %`,
        flag,
        percentage === null ? "unknown" : `${percentage} %`,
        reason,
      ]),
  );
  if (rows.length === 0) return [];
  const head = ["ROLLOUT", "REGION", "STATE", "VERSION", "REACHED", "FLAG", "ALLOWS", ""];
  return ["", ...table(head, rows)];
}

/** The table of one component. An unknown state names its cause and the way to the logs. */
function componentRows({ name, rows, error }: ComponentStatus): string[] {
  const head = name.toUpperCase();
  if (error !== undefined) {
    const cause = `unknown: ${error.slice(0, 300)} (\`npx meridian logs\` lists its processes)`;
    return ["", ...table(["", head, "STATE"], [[mark(false), name, cause]])];
  }
  if (rows.length === 0) return [];
  const titles = Object.keys(rows[0]?.values ?? {});
  const cells = rows.map((row) => [
    mark(row.ready),
    row.name,
    ...titles.map((title) => String(row.values?.[title] ?? "-")),
  ]);
  return ["", ...table(["", head, ...titles.map((title) => title.toUpperCase())], cells)];
}

/** Why folders do not become apps, one line each. */
function reasonRows({ reasons }: Status): string[] {
  return reasons.length === 0
    ? []
    : ["", ...reasonLines(reasons).map((line) => pc.yellow(`  ${line}`))];
}

/** The differences from the plan, one line each. */
function differenceRows(status: Status): string[] {
  const { differences, regions, environment } = status;
  const elsewhere = differencesElsewhere(status);
  const lost = regions.filter(
    (region) =>
      region.created &&
      region.version === undefined &&
      differences.some(({ name }) => isOf(region.name, name)),
  );
  const lines = [
    ...lost.map(
      ({ name }) =>
        `${name} does not answer, and parts of it do not run. \`npx meridian region return ${name}${environmentOption(environment)}\` starts a lost region again, as does \`up\`.`,
    ),
    ...regions
      .filter(({ created }) => !created)
      .map(
        ({ name }) =>
          `${name} is in the configuration and not created yet: \`npx meridian up ${environment}\` creates it.`,
      ),
    ...differenceLines(elsewhere),
  ];
  return lines.length === 0 ? [] : ["", ...lines.map((line) => pc.yellow(`  ${line}`))];
}

/** Notes on an app below its row. */
function appNotes(app: AppStatus, environment: string): string[] {
  const { name, reasons, drift } = app;
  const remove = `\`npx meridian remove ${name}${environmentOption(environment)}\``;
  if (app.removing) return [`is being removed: ${remove} waits for it`];
  if (app.removed) return [`removed from git: ${remove}`];
  const short = Object.entries(app.replicas.byRegion)
    .filter(([, { ready, desired = 0 }]) => ready < desired)
    .map(([region, { ready, desired }]) => `${ready} of ${desired} in ${region}`);
  return [
    ...reasonLines(reasons),
    ...(drift.length === 0 ? [] : [`differs from git: ${drift.map(driftText).join(", ")}`]),
    ...(short.length === 0 ? [] : [`replicas ready: ${short.join(", ")}`]),
    ...(app.replicas.divided ? [] : [undividedText(app.replicas)]),
    ...(app.dnsRecord === "own" ? [] : [withoutRecord(environment)]),
    ...(app.awaitsConfirmation ? [`holds data that git no longer has: ${remove}`] : []),
  ];
}

function withoutRecord(environment: string): string {
  return `its DNS name follows the health of regions, not its own: \`npx meridian up ${environment}\` publishes its record`;
}

function undividedText({ undivided }: AppStatus["replicas"]): string {
  const why = undivided === undefined ? "" : `: ${undivided.slice(0, 300)}`;
  return `the federation has not scheduled its replicas as last requested${why}`;
}

function driftText({ kind, name, how }: Drift): string {
  const words = { changed: "", missing: " (missing)", extra: " (to be removed)" };
  return `${kind}/${name}${words[how]}`;
}

/** "4 (2/1/1)": ready replicas in a region, and by zone. */
function inRegion({ replicas }: AppStatus, region: string): string {
  const found = replicas.byRegion[region];
  return found === undefined ? "-" : `${found.ready} (${Object.values(found.byZone).join("/")})`;
}

/** A build from the published modules has no UI pages: only the official release contains them, from a build of their own. */
function argocdUiText({ url, pages }: ArgocdUiStatus): string {
  return pages
    ? `Argo CD (read-only UI): ${url} (official release: its controller shows metrics on every address of this machine)`
    : `Argo CD (read-only API): ${url}/api/v1/applications (this build has its API only; the pages are in the official release)`;
}

function hints({ environment, apps, regions, argocd }: Status, plan: PlatformPlan): string[] {
  const first = apps.at(-1)?.name ?? "storefront";
  const region = regions[0]?.name ?? "eu-west-1";
  const { repository, track } = plan.delivery;
  const source = repository === "." ? "this clone" : repository;
  const follows =
    track.kind === "branch"
      ? `commits of ${source}: change apps/, commit, and watch \`npx meridian status\``
      : `tags of ${source}`;
  return [
    ...(apps.length === 0 ? [] : [pc.dim("2 (1/1/0): ready replicas in the region (by zone).")]),
    pc.dim(
      "Pods are simulated (KWOK): a pod simulator answers for them. Control planes, gateways and DNS are real.",
    ),
    pc.dim(
      `Requests: \`npx meridian curl ${first}\`, \`npx meridian dig ${first} --from ${region}\`, \`npx meridian drain ${region} --to 50\``,
    ),
    pc.dim(`Argo CD tracks ${follows}.`),
    ...(argocd === undefined ? [] : [pc.dim(argocdUiText(argocd))]),
    pc.dim(
      `kubectl: eval "$(npx meridian env ${environment})" && kubectl get rollouts -A   ·   stop: npm stop`,
    ),
  ];
}
