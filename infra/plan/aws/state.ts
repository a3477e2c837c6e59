/** Names of what holds Pulumi's state. It is made before the first `up`, and not by it. */

/** Bucket of an environment's state. */
export function stateBucketName(environment: string, accountId: string): string {
  return `meridian-${environment}-${accountId}-state`;
}

/** Alias of the key that encrypts the state's secrets. */
export function stateKeyAlias(environment: string): string {
  return `alias/meridian-${environment}-state`;
}
