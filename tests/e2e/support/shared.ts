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

/** Removes it when mocha ends, whatever has failed. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(300_000);
    if (up !== undefined) await platform.remove();
  },
};
