/** One requirement of a NodePool: a node label and its allowed values. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Gt" | "Lt" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}

/** How far a pool may deviate from the configured instance type: "wide" for spot, which needs many alternatives. */
export type Choice = "narrow" | "wide";

/** Auto Mode's labels. Source: Amazon EKS User Guide, "Create a Node Pool for EKS Auto Mode", supported labels. */
const keys = {
  category: "eks.amazonaws.com/instance-category",
  family: "eks.amazonaws.com/instance-family",
  generation: "eks.amazonaws.com/instance-generation",
  size: "eks.amazonaws.com/instance-size",
} as const;

/** In ascending order. Auto Mode creates nothing smaller. */
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

/** Categories that may replace each other in a wide choice: at most half or twice the memory per core. */
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
 * The requirements of a pool's instances, for the instance type that the region configures.
 *
 * The category is the configured one or, for spot, also its neighbours. The sizes are the configured one and the next larger, for
 * spot also the next smaller. The generation before the configured one is also allowed, which adds AMD and Graviton families of the
 * same age. A type outside the common categories is chosen for its special features: only its own family and size are allowed.
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
    // "At least the previous generation": Karpenter supports only "greater than".
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
 * Remedy for a type that Auto Mode does not create; undefined if its name rules out nothing.
 * Source: Amazon EKS User Guide, "Learn about Amazon EKS Auto Mode Managed instances": more than one core, not nano, micro or
 * small.
 */
export function instanceTypeDiagnostic(instanceType: string): string | undefined {
  const type = parse(instanceType);
  if (type === undefined) return `${instanceType} is no instance type. Write one like m7i.xlarge.`;
  if (!["nano", "micro", "small"].includes(type.size)) return undefined;
  return `EKS Auto Mode makes no ${type.size} instances. Write ${type.family}.large or larger.`;
}
