import { failureCount } from "../../support/failures";
import { TestPlatform } from "./platform";
import { restorer } from "./restore";

/**
 * The platform that most end-to-end tests share; brought up once, by the first that needs it. What kills or stops a platform is done
 * to the second one (`second.ts`).
 */
export const platform = new TestPlatform("shared");

let up: Promise<string> | undefined;
let restore: (() => Promise<void>) | undefined;
let restoredAt = 0;

/**
 * Brings the shared platform up. Later calls wait for the first. A test that fails can leave a commit or a setting behind: the next
 * file starts with those of the beginning, so that it fails for reasons of its own only.
 */
export async function sharedPlatformUp(): Promise<string> {
  up ??= (async () => {
    platform.prepare();
    restore = restorer(platform);
    return platform.must("up", "local");
  })();
  const output = await up;
  if (failureCount() > restoredAt) {
    restoredAt = failureCount();
    await restore?.();
  }
  return output;
}

/** Removes it, where it was brought up. `second.ts` has the hook that calls this when mocha ends. */
export async function removeSharedPlatform(): Promise<void> {
  if (up !== undefined) await platform.remove();
}
