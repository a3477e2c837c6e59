/** Pulumi's state as `pulumi stack export` prints it: what is needed of it here, the rest is kept as it is. */
export interface StackState {
  readonly version: number;
  readonly deployment: Deployment;
}

export interface Deployment {
  readonly resources?: readonly ResourceState[];
  readonly pending_operations?: readonly PendingOperation[];
  readonly secrets_providers?: { readonly type: string; readonly state?: unknown };
}

export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  /** "<URN of the provider>::<its id>". */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly viewOf?: string;
  readonly protect?: boolean;
  /** Replaced already, and only waiting to be deleted. */
  readonly delete?: boolean;
  readonly external?: boolean;
}

/** What a run had begun and did not see the end of. */
export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
}

/** The last part of a URN: the name that the program gave. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** URN of a provider in a resource's reference to it. */
export function providerUrn(reference: string | undefined): string | undefined {
  if (reference === undefined || reference === "") return undefined;
  return reference.split("::").slice(0, -1).join("::");
}

/** An object without some of its properties. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Omit<T, K> {
  const entries = Object.entries(object).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(entries) as Omit<T, K>;
}
