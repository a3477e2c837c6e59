import assert from "node:assert/strict";
import { join } from "node:path";
import { readEnvironmentFile } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { isReported, type Row } from "./rows";
import { parsed, diagnosticsOf, sound, soundAws } from "./sample";

const relay = {
  stream: "https://stream.relay.test",
  polling: "https://relay.test",
  events: "http://relay.test:8030",
};
const source = "launchdarkly";
const here = (flags: unknown) => ({ ...sound(), flags });
const onAws = (flags: unknown) => soundAws({}, { flags });

const local: Row[] = [
  ["no key", here({ source }), "meridian:flags.sdkKeyFile", /its path here/],
  [
    "another source",
    here({ source: "file", sdkKeyFile: "/key" }),
    "meridian:flags.source",
    /source: launchdarkly/,
  ],
  ["nothing at all", here(null), "meridian:flags", /sdkKeyFile/],
  ["a text", here("launchdarkly"), "meridian:flags", /sdkKeyFile/],
  [
    "misspelt",
    here({ sdkKeyfile: "/k", sdkKeyFile: "/key" }),
    "meridian:flags.sdkKeyfile",
    /sdkKeyFile\?/,
  ],
];

const aws: Row[] = [
  ["no source", onAws({}), "meridian:flags.source", /source: launchdarkly/],
  ["another source", onAws({ source: "file" }), "meridian:flags.source", /source: launchdarkly/],
  [
    "a source that is no text",
    onAws({ source: 1 }),
    "meridian:flags.source",
    /source: launchdarkly/,
  ],
  [
    "a file with the key",
    onAws({ source, sdkKeyFile: "/key" }),
    "meridian:flags.sdkKeyFile",
    /meridian\/<environment>\/rollout-gate\/launchdarkly of Secrets Manager, which `up` makes/,
  ],
  ["misspelt", onAws({ source, relais: relay }), "meridian:flags.relais", /relay\?/],
  ["a name of every object", onAws({ source, toString: 1 }), "meridian:flags.toString", /Remove/],
  [
    "half a relay",
    onAws({ source, relay: { stream: relay.stream, polling: relay.polling } }),
    "meridian:flags.relay.events",
    /relay\.example\.com/,
  ],
  ["nothing at all", onAws(null), "meridian:flags", /source: launchdarkly/],
  ["a text", onAws("launchdarkly"), "meridian:flags", /source: launchdarkly/],
];

describe("where flags are", () => {
  describe("on this machine, with mistakes", () => local.forEach(isReported));
  describe("on AWS, with mistakes", () => aws.forEach(isReported));

  it("may be said on this machine, and goes without saying", () => {
    const sdkKeyFile = "~/key";
    for (const flags of [{ sdkKeyFile }, { source, sdkKeyFile }])
      assert.deepEqual(flagsOf(here(flags)), { sdkKeyFile });
    assert.deepEqual(flagsOf(here({ sdkKeyFile, relay })), { sdkKeyFile, relay });
  });

  it("has to be said on AWS, where the key is in no configuration", () => {
    assert.deepEqual(flagsOf(onAws({ source })), {});
    assert.deepEqual(flagsOf(onAws({ source, relay })), { relay });
  });

  it("is the file where nothing is said", () => {
    for (const raw of [sound(), soundAws()]) assert.ok(!("flags" in parsed(raw)));
  });

  it("is told with every mistake at once, and without a value that may be a key", () => {
    const key = "sdk-0a1b2c3d-0000-4000-8000-00000000beef";
    const found = [
      ...diagnosticsOf(onAws({ sdkKeyFile: key, relay: {} })),
      ...diagnosticsOf(onAws({ source: key })),
      ...diagnosticsOf(here({ sdkKeyFile: key })),
    ];
    assert.deepEqual(
      found.map(({ path, value }) => [path.replace("meridian:flags.", ""), value]),
      [
        ["source", "(missing)"],
        ["relay.stream", "(missing)"],
        ["relay.polling", "(missing)"],
        ["relay.events", "(missing)"],
        ["sdkKeyFile", "a text (not shown)"],
        ["source", '"sdk-[secret]"'],
        ["sdkKeyFile", '"sdk-[secret]"'],
      ],
    );
  });

  it("is LaunchDarkly in production, and the file in staging and here", () => {
    const read = (name: string) =>
      readEnvironmentFile(join(repositoryRoot, `environments/Pulumi.${name}.yaml`), name).flags;
    assert.deepEqual(read("production"), {});
    assert.equal(read("staging"), undefined);
    assert.equal(read("local"), undefined);
  });
});

function flagsOf(raw: Record<string, unknown>) {
  return parsed(raw).flags;
}
