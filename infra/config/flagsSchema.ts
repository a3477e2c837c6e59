import { z } from "zod";
import { option } from "./option";

const url = (what: string) =>
  option(z.url({ protocol: /^https?$/ }), `Base URL of the relay's ${what}.`, {
    expected: "a URL with http or https",
    mend: "Write e.g. https://relay.example.com.",
  });

/** Where flags come from when it is not the environment's file. */
export const flagsSchema = option(
  z
    .strictObject({
      sdkKeyFile: option(
        z.string().regex(/^(\/|~\/).+/),
        "File with the SDK key of the LaunchDarkly environment, and nothing else. The key itself is in no configuration.",
        {
          expected: "a path from / or ~/",
          mend: "Write the key into a file that only you can read, and its path here.",
        },
      ),
      relay: option(
        z
          .strictObject({ stream: url("streams"), polling: url("data"), events: url("events") })
          .optional(),
        "A relay proxy in LaunchDarkly's place. Default: LaunchDarkly itself.",
        {
          expected: "a map of stream, polling, events",
          mend: "Write all three, or leave relay out.",
        },
      ),
    })
    .optional(),
  "LaunchDarkly, which decides how far versions go. Default: the file environments/flags.<environment>.json.",
  {
    expected: "a map of sdkKeyFile, relay",
    mend: "Write flags: { sdkKeyFile: ~/.config/meridian/launchdarkly-sdk-key }, or leave it out.",
  },
);

/** What is written of it. */
export type FlagsInput = NonNullable<z.output<typeof flagsSchema>>;
