/** As of somebody who has set nothing for LaunchDarkly. */
export const noLaunchDarkly = {
  LAUNCHDARKLY_ACCESS_TOKEN: undefined,
  LAUNCHDARKLY_PROJECT: undefined,
  LAUNCHDARKLY_ENVIRONMENT: undefined,
  LAUNCHDARKLY_API_URL: undefined,
};

/**
 * Sets variables of this process; undefined unsets one.
 * @returns what puts them back as they were.
 */
export function setVariables(wanted: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  assign(Object.entries(wanted));
  return () => assign(before);
}

function assign(variables: readonly (readonly [string, string | undefined])[]): void {
  for (const [name, value] of variables)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
