import { createHash } from "node:crypto";

/** Chart values that all charts pass on unchanged to Kubernetes. */

/** The values of any chart. The chart itself judges them. */
export type ChartValues = object;

export interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

/** Without a CPU limit: a pod that waits for a busy core is slow, but a throttled pod is slow even on an idle one. */
export interface Resources {
  readonly requests: Amounts;
  readonly limits: { readonly memory: string };
}

/** CPU request, and memory as both request and limit: no container is killed because of another's memory use. */
export function resources(cpu: string, memory: string): Resources {
  return { requests: { cpu, memory }, limits: { memory } };
}

/** Hash of content that pods read only at startup. In the pod template, changed content causes a rollout. */
export function fingerprint(...texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 16);
}

export interface Selector {
  readonly matchLabels: Readonly<Record<string, string>>;
}

export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector: Selector;
}

interface AffinityTerm {
  readonly labelSelector: Selector;
  readonly topologyKey: string;
}

export interface Affinity {
  readonly podAntiAffinity: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
      readonly weight: number;
      readonly podAffinityTerm: AffinityTerm;
    }[];
  };
}

const zoneKey = "topology.kubernetes.io/zone";
const hostKey = "kubernetes.io/hostname";

/** Spreads pods evenly over zones; a lost zone does not prevent the others from running its pods. */
export function zoneSpread(labels: Readonly<Record<string, string>>): readonly SpreadConstraint[] {
  return [
    {
      maxSkew: 1,
      topologyKey: zoneKey,
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: labels },
    },
  ];
}

/** Prefers another zone if there is one: for charts that support only affinities. */
export function preferOtherZone(labels: Readonly<Record<string, string>>): Affinity {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels: labels }, topologyKey: zoneKey },
        },
      ],
    },
  };
}

/** Never two pods on a node, and in another zone if there is one. */
export function requireOtherNode(labels: Readonly<Record<string, string>>): Affinity {
  return {
    podAntiAffinity: {
      ...preferOtherZone(labels).podAntiAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: hostKey },
      ],
    },
  };
}

/** Never two pods in a zone: for a quorum, of which a zone may hold at most one member. */
export function requireOtherZone(labels: Readonly<Record<string, string>>): Affinity {
  return {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: zoneKey },
      ],
    },
  };
}
