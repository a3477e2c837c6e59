import { z } from "zod";
import { option, type Parsed } from "../../config/option";
import { section } from "../../config/section";

const url = (what: string) =>
  option(z.url({ protocol: /^https?$/ }), `Base URL of the relay's ${what}.`, {
    expected: "a URL with http or https",
    remedy: "Write e.g. https://relay.example.com.",
  });

const launchDarkly = z.literal("launchdarkly");
const ofSource = {
  expected: '"launchdarkly"',
  remedy: "Write source: launchdarkly; for flags in the file leave meridian:flags out.",
};

const relay = option(
  z
    .strictObject({ stream: url("streams"), polling: url("data"), events: url("events") })
    .optional(),
  "A relay proxy in LaunchDarkly's place. Default: LaunchDarkly itself.",
  {
    expected: "a map of stream, polling, events",
    remedy: "Write all three, or leave relay out.",
  },
);

const description =
  "LaunchDarkly, which sets the rollout percentages. Default: the file environments/flags.<environment>.json.";

/** Flag source of a local environment, if it is not the environment's flag file. */
const localFlagsSchema = option(
  z
    .strictObject({
      source: option(launchDarkly.optional(), "Where flags are.", ofSource),
      sdkKeyFile: option(
        z.string().regex(/^(\/|~\/).+/),
        "File with the SDK key of the LaunchDarkly environment, and nothing else. The key itself is in no configuration.",
        {
          expected: "a path from / or ~/",
          remedy: "Write the key into a file that only you can read, and its path here.",
        },
      ),
      relay,
    })
    .optional(),
  description,
  {
    expected: "a map of source, sdkKeyFile, relay",
    remedy:
      "Write flags: { sdkKeyFile: ~/.config/meridian/launchdarkly-sdk-key }, or leave it out.",
  },
);

/** Flag source on AWS, where no process can read a file of the machine that runs `up`. */
const awsFlagsSchema = option(
  z.strictObject({ source: option(launchDarkly, "Where flags are.", ofSource), relay }).optional(),
  description,
  {
    expected: "a map of source, relay",
    remedy: "Write flags: { source: launchdarkly }, or leave it out.",
    elsewhere: {
      sdkKeyFile: {
        expected: "no file: source, relay",
        remedy:
          "Remove it: the key is the secret meridian/<environment>/rollout-gate/launchdarkly of Secrets Manager, which " +
          "`up` makes; put yours there.",
      },
    },
  },
);

/** LaunchDarkly on AWS. Its SDK key is a Secrets Manager secret that a person fills in; the configuration does not reference it. */
export type AwsFlagsConfig = Omit<Parsed<typeof awsFlagsSchema>, "source">;

/** LaunchDarkly on this machine, where it determines the rollout percentage of versions. */
export type FlagsConfig = Omit<Parsed<typeof localFlagsSchema>, "source">;

/** Base URLs of a relay proxy. */
export type RelayConfig = Parsed<typeof relay>;

/** `meridian:flags`. */
export const rolloutsSection = section({
  options: { local: { flags: localFlagsSchema }, aws: { flags: awsFlagsSchema } },
  resolve: ({ flags }): { readonly flags?: FlagsConfig | AwsFlagsConfig } =>
    flags === undefined ? {} : { flags: resolveFlags(flags) },
});

type Written = Parsed<typeof localFlagsSchema> | Parsed<typeof awsFlagsSchema>;

function resolveFlags(written: Written): FlagsConfig | AwsFlagsConfig {
  const { relay } = written;
  return {
    ...("sdkKeyFile" in written && { sdkKeyFile: written.sdkKeyFile }),
    ...(relay !== undefined && { relay }),
  };
}
