/**
 * One resource type of AWS as the tests know it. The same table serves the unit tests' mocks and the
 * stand-in provider, so that both refuse the same mistakes.
 */
export interface AwsType {
  /** Inputs without which AWS refuses the resource; "a|b": one of them. */
  readonly required: readonly string[];
  /** Inputs whose change replaces the resource. */
  readonly replaceOn: readonly string[];
  /** What AWS computes beyond the inputs, `id` included. Default: an id only. */
  readonly outputs?: (resource: AwsResource) => Readonly<Record<string, unknown>>;
}

export interface AwsResource {
  readonly type: string;
  /** Pulumi's name of the resource. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly account: string;
  /** The id it would get by default: type and name, stable. */
  readonly id: string;
}

export type AwsTable = Readonly<Record<string, AwsType>>;
