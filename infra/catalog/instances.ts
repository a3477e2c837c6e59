/** One requirement of a NodePool: a label of the node and what it may be. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Gt" | "Lt" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}

/** How far from the configured instance type a pool may go: "wide" for spot, which lives by choice. */
export type Choice = "narrow" | "wide";

/** Auto Mode's labels. Source: Amazon EKS User Guide, "Create a Node Pool for EKS Auto Mode", supported labels. */
const keys = {
  category: "eks.amazonaws.com/instance-category",
  family: "eks.amazonaws.com/instance-family",
  generation: "eks.amazonaws.com/instance-generation",
  size: "eks.amazonaws.com/instance-size",
} as const;

/** From small to large. Auto Mode makes nothing smaller. */
const sizes = [
  "medium",
  "large",
  "xlarge",
  "2xlarge",
  "4xlarge",
  "8xlarge",
  "12xlarge",
  "16xlarge",
  "24xlarge",
  "32xlarge",
  "48xlarge",
] as const;

/** Categories that may stand in for one another where choice counts: half or twice the memory for each core at most. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  c: ["c", "m"],
  m: ["c", "m", "r"],
  r: ["m", "r"],
  t: ["t"],
};

interface InstanceType {
  /** "m" of "m7i.xlarge". */
  readonly category: string;
  /** 7. */
  readonly generation: number;
  /** "m7i". */
  readonly family: string;
  /** "xlarge". */
  readonly size: string;
}

function parse(instanceType: string): InstanceType | undefined {
  const match = /^(([a-z]+)(\d+)[a-z0-9-]*)\.([a-z0-9-]+)$/.exec(instanceType);
  if (match === null) return undefined;
  const [, family = "", category = "", generation = "", size = ""] = match;
  return { category, generation: Number(generation), family, size };
}

/**
 * What a pool's instances may be, given the type that the region names.
 *
 * The category stays or, for spot, is a neighbour's; so does the size: the named one and the next larger, for spot one
 * smaller too. The generation before the named one will do, which brings in AMD's and Graviton's families of the same age.
 * A type outside the common categories is bought for what is special about it: then it is that family and size only.
 */
export function instanceRequirements(instanceType: string, choice: Choice): NodeRequirement[] {
  const type = parse(instanceType);
  if (type === undefined)
    return [{ key: "node.kubernetes.io/instance-type", operator: "In", values: [instanceType] }];
  const wide = neighbours[type.category];
  if (wide === undefined)
    return [
      { key: keys.family, operator: "In", values: [type.family] },
      { key: keys.size, operator: "In", values: [type.size] },
    ];
  return [
    { key: keys.category, operator: "In", values: choice === "wide" ? wide : [type.category] },
    // "At least the generation before": Karpenter knows only "more than".
    { key: keys.generation, operator: "Gt", values: [String(Math.max(0, type.generation - 2))] },
    { key: keys.size, operator: "In", values: sizesAround(type.size, choice) },
  ];
}

function sizesAround(size: string, choice: Choice): string[] {
  const index = sizes.findIndex((each) => each === size);
  if (index < 0) return [size];
  return sizes.slice(Math.max(0, choice === "wide" ? index - 1 : index), index + 2);
}

/**
 * Why Auto Mode makes no such instance; undefined when the type's name speaks against nothing.
 * Source: Amazon EKS User Guide, "Learn about Amazon EKS Auto Mode Managed instances": more than one core, not nano, micro
 * or small.
 */
export function instanceTypeDiagnostic(instanceType: string): string | undefined {
  const type = parse(instanceType);
  if (type === undefined) return `${instanceType} is no instance type. Write one like m7i.xlarge.`;
  if (!["nano", "micro", "small"].includes(type.size)) return undefined;
  return `EKS Auto Mode makes no ${type.size} instances. Write ${type.family}.large or larger.`;
}
