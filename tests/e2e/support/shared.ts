import { TestPlatform } from "./platform";

/**
 * The platform that most end-to-end tests share; brought up once, by the first that needs it. What kills or stops a platform is done
 * to the second one (`second.ts`).
 */
export const platform = new TestPlatform("shared");

let up: Promise<string> | undefined;

/** Brings the shared platform up. Later calls wait for the first. */
export function sharedPlatformUp(): Promise<string> {
  up ??= (async () => {
    platform.prepare();
    return platform.must("up", "local");
  })();
  return up;
}

/** Removes it, where it was brought up. `second.ts` has the hook that calls this when mocha ends. */
export async function removeSharedPlatform(): Promise<void> {
  if (up !== undefined) await platform.remove();
}
