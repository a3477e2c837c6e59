import { z } from "zod";
import { createFlag, setPercentage } from "../../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../../infra/components/rollouts/flags";
import { CommandError } from "../../errors";
import { type FlagSource, knownFlag, unknownFlag } from "../source";
import { ask, type LaunchDarklySettings, notLaunchDarkly, LaunchDarklyError } from "./client";
import { instructionsFor } from "./instructions";
import { remoteFlag, type RemoteFlag, UnreadableFlag } from "./model";

const page = z.looseObject({
  items: z.array(z.looseObject({ key: z.string() })),
  totalCount: z.number().optional(),
});
const pageSize = 50;

/** A flag source backed by one LaunchDarkly environment, through its REST API. */
export function launchDarklySource(settings: LaunchDarklySettings): FlagSource {
  const { project, environment } = settings;
  const name = `LaunchDarkly (project ${project}, environment ${environment})`;
  const inProject = encodeURIComponent(project);
  const flagPath = (key: string) => `${inProject}/${encodeURIComponent(key)}`;
  const of = (body: unknown) => understood(settings, body);

  const items = async (): Promise<readonly { key: string }[]> => {
    const all: { key: string }[] = [];
    for (;;) {
      // summary=0 includes rules and targets.
      const query = `env=${encodeURIComponent(environment)}&summary=0&limit=${pageSize}&offset=${all.length}`;
      const read = page.safeParse(
        await ask(settings, { method: "GET", path: `${inProject}?${query}` }),
      );
      if (!read.success) throw new CommandError(notLaunchDarkly(settings));
      all.push(...read.data.items);
      if (read.data.items.length < pageSize || all.length === read.data.totalCount) return all;
    }
  };

  const read = async (key: string): Promise<RemoteFlag> => {
    try {
      const path = `${flagPath(key)}?env=${encodeURIComponent(environment)}`;
      return of(await ask(settings, { method: "GET", path }));
    } catch (error) {
      if (!(error instanceof LaunchDarklyError) || error.status !== 404) throw error;
      // If the project does not exist, this call reports it.
      throw unknownFlag(
        key,
        (await items()).map((one) => one.key),
        name,
      );
    }
  };

  const edit: FlagSource["edit"] = async (key, decide) => {
    const remote = await read(key);
    const changes = decide(remote.flag);
    const instructions = instructionsFor(remote, changes);
    if (instructions.length === 0) return { before: remote.flag, after: remote.flag };
    const body = { environmentKey: environment, comment: "meridian flag", instructions };
    await ask(settings, { method: "PATCH", path: flagPath(key), body });
    // Return the flag as read now, not as intended: another user may have edited it as well.
    return { before: remote.flag, after: (await read(key)).flag };
  };

  return {
    name,
    list: async () => (await items()).map((item) => of(item).flag),
    read: async (key) => (await read(key)).flag,
    edit,
    create: async (key) => {
      try {
        await ask(settings, { method: "POST", path: inProject, body: newFlag(key) });
      } catch (error) {
        if (error instanceof LaunchDarklyError && error.status === 409) throw knownFlag(key, name);
        throw error;
      }
      const made = await edit(key, (flag) => [...setPercentage(flag, 0), { kind: "on", on: true }]);
      return made.after;
    },
  };
}

/** Fields: https://launchdarkly.com/docs/api/feature-flags/post-feature-flag. A new flag is off in every environment. */
function newFlag(key: string): object {
  const { variations, clientSideAvailability } = createFlag(key) as Flag & {
    clientSideAvailability: object;
  };
  return {
    key,
    name: key,
    description: "How far the next version of an app goes.",
    variations: variations.map((value) => ({ value })),
    defaults: { onVariation: 0, offVariation: 1 },
    clientSideAvailability,
    temporary: false,
  };
}

function understood(settings: LaunchDarklySettings, body: unknown): RemoteFlag {
  try {
    return remoteFlag(body, settings.environment);
  } catch (error) {
    if (!(error instanceof UnreadableFlag)) throw error;
    throw new CommandError(
      error.missing === "form"
        ? notLaunchDarkly(settings)
        : `LaunchDarkly's project ${settings.project} has no environment ${settings.environment}. Name it in LAUNCHDARKLY_ENVIRONMENT.`,
    );
  }
}
