import type { StreamingConfig } from "./configuration/types";
import {
  checkpointsTopic,
  groupPrefix,
  mirroredTopic,
  mirrorTopicPrefix,
  mirrorUserName,
  principalOf,
} from "./names";
import type { AclOperation, AclPlan, MirrorFlowPlan, MirrorPlan, UserPlan } from "./types";

/**
 * Users of one region's cluster: an app has access to the topics that it declares and to its own consumer groups, a mirror to the
 * topics of its flows. An idempotent producer needs no permission beside Write since Kafka 3.0.
 */
export function planUsers(
  region: string,
  streaming: StreamingConfig,
  mirrors: readonly MirrorPlan[],
): readonly UserPlan[] {
  const { topics } = streaming;
  const apps = new Set(topics.flatMap(({ writers, readers }) => [...writers, ...readers]));
  const own = mirrors.find(({ target }) => target === region);
  return [
    ...[...apps].sort().map((app) => user("app", app, appAcls(app, streaming, own))),
    ...mirrors.flatMap((mirror) => {
      const acls = mirrorAcls(region, mirror);
      return acls.length === 0 ? [] : [user("mirror", mirrorUserName(mirror.target), acls)];
    }),
  ];
}

function user(kind: UserPlan["kind"], name: string, acls: readonly AclPlan[]): UserPlan {
  return { kind, name, principal: principalOf(name), acls: merged(acls) };
}

/** @param own the mirror that writes to the region, if there is one. */
function appAcls(
  app: string,
  { topics }: StreamingConfig,
  own: MirrorPlan | undefined,
): readonly AclPlan[] {
  const writes = topics.filter(({ writers }) => writers.includes(app));
  const reads = topics.filter(({ readers }) => readers.includes(app)).map(({ name }) => name);
  const mirrored = (own?.flows ?? []).flatMap((flow) =>
    flow.topics.filter((name) => reads.includes(name)).map((name) => targetTopic(flow, name)),
  );
  return [
    ...writes.map(({ name }) => topic(name, "Describe", "Write")),
    ...[...reads, ...mirrored].map((name) => topic(name, "Describe", "Read")),
    ...(reads.length > 0 ? groupsOf(app, "Describe", "Read") : []),
  ];
}

function mirrorAcls(region: string, mirror: MirrorPlan): readonly AclPlan[] {
  if (region === mirror.target) return targetAcls(mirror);
  return mirror.flows.filter(({ from }) => from === region).flatMap(sourceAcls);
}

/** A mirror changes nothing in a source region. */
function sourceAcls({ topics, apps }: MirrorFlowPlan): readonly AclPlan[] {
  return [
    ...topics.map((name) => topic(name, "Describe", "DescribeConfigs", "Read")),
    ...apps.flatMap((app) => groupsOf(app, "Describe")),
  ];
}

function targetAcls({ flows }: MirrorPlan): readonly AclPlan[] {
  const all = [
    "Alter",
    "AlterConfigs",
    "Create",
    "Describe",
    "DescribeConfigs",
    "Read",
    "Write",
  ] as const;
  return [
    ...flows.flatMap((flow) => [
      ...flow.topics.map((name) => topic(targetTopic(flow, name), ...all)),
      topic(checkpointsTopic(flow.from), ...all),
      ...flow.apps.flatMap((app) => groupsOf(app, "Describe", "Read")),
      // The workers of a dedicated MirrorMaker are a group with this name for each flow.
      acl("group", `${flow.from}-mm2`, "literal", ["Describe", "Read"]),
    ]),
    acl("topic", mirrorTopicPrefix, "prefix", all),
    acl("group", mirrorTopicPrefix, "prefix", ["Describe", "Read"]),
  ];
}

/** Name of a mirrored topic in the target region. */
export function targetTopic(
  { from, policy }: Pick<MirrorFlowPlan, "from" | "policy">,
  name: string,
): string {
  return policy.endsWith(".IdentityReplicationPolicy") ? name : mirroredTopic(from, name);
}

function topic(name: string, ...operations: AclOperation[]): AclPlan {
  return acl("topic", name, "literal", operations);
}

function groupsOf(app: string, ...operations: AclOperation[]): readonly AclPlan[] {
  return [
    acl("group", app, "literal", operations),
    acl("group", groupPrefix(app), "prefix", operations),
  ];
}

function acl(
  type: AclPlan["resource"]["type"],
  name: string,
  patternType: AclPlan["resource"]["patternType"],
  operations: readonly AclOperation[],
): AclPlan {
  return { resource: { type, name, patternType }, operations };
}

/** One ACL for each resource. */
function merged(acls: readonly AclPlan[]): readonly AclPlan[] {
  const byResource = new Map<string, AclPlan>();
  for (const { resource, operations } of acls) {
    const key = JSON.stringify(resource);
    const all = new Set([...(byResource.get(key)?.operations ?? []), ...operations]);
    byResource.set(key, { resource, operations: [...all].sort() });
  }
  return [...byResource.values()];
}
