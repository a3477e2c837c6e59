import { Staging } from "./staging";

/**
 * The one stand-in world in which staging lives: it comes up by the commands, its hub moves and comes back, it delivers, grows and
 * shrinks, loses a region, and is taken down. Files of the tier go on with what the one before has left.
 */
let made: Promise<Staging> | undefined;
let isUp = false;

/** Staging with nothing in it yet, for the first that asks. */
export function stagingWorld(): Promise<Staging> {
  made ??= Staging.create("staging");
  return made;
}

/** Tells that a command has brought it up. */
export function stagingCameUp(): void {
  isUp = true;
}

/** Staging as it is up, also for a file that is run alone. */
export async function stagingUp(): Promise<Staging> {
  const staging = await stagingWorld();
  if (!isUp) await staging.user.must("up", "staging");
  isUp = true;
  return staging;
}

/** Ends the world when mocha ends, whatever has failed. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(300_000);
    await (await made)?.world.destroy();
  },
};
