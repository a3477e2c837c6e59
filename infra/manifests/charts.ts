import { createHash } from "node:crypto";

/** Parts of values that all charts take alike: they are passed on to Kubernetes as they are. */

/** Any values of a chart, once typed by the chart's own interface. */
export type ChartValues = object;

export interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

/** Without a limit of processor time: what waits on a busy core is slow, what is throttled on a free one too. */
export interface Resources {
  readonly requests: Amounts;
  readonly limits: { readonly memory: string };
}

/** Processor time asked for, and memory asked for and given: no container is killed for another's. */
export function resources(cpu: string, memory: string): Resources {
  return { requests: { cpu, memory }, limits: { memory } };
}

/** What pods read once, at their start, told short: in their template, another text means other pods. */
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

/** Evenly over zones; a zone that is lost does not keep the others from taking its pods. */
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

/** Another zone where there is one: for charts that take affinities only. */
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

/** Never two on a node, and in another zone where there is one. */
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

/** Never two in a zone: for a quorum, of which no zone may hold more than one. */
export function requireOtherZone(labels: Readonly<Record<string, string>>): Affinity {
  return {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: labels }, topologyKey: zoneKey },
      ],
    },
  };
}
