import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { createFlag as newFlag } from "../../../infra/components/rollouts/flagEdits";
import { createFlag, listFlags, retireFlag, setFlag, showFlag } from "../../../cli/flag";
import { FlagFolder, noRegions, twoRegions } from "../../support/flagFolder";
import { LaunchDarklyApi } from "../../support/launchDarklyApi";
import { printed } from "../../support/printed";
import { setVariables } from "../../support/variables";

const launchDarkly = "  meridian:flags: { sdkKeyFile: ~/key }\n";

describe("where meridian flag finds flags", () => {
  let folder: FlagFolder;
  const options = { environment: "test" };

  beforeEach(() => (folder = new FlagFolder("storefront", { storefront: newFlag("storefront") })));
  afterEach(() => folder.remove());

  it("says on AWS that no gate has heard of the file yet, and only when it has changed", async () => {
    fs.copyFileSync(
      path.join(repositoryRoot, "environments", "Pulumi.staging.yaml"),
      path.join(folder.dir, "Pulumi.test.yaml"),
    );
    const late = /No gate has heard of it yet: .*`npx meridian up test`/;
    assert.match(await folder.set("off"), late);
    assert.doesNotMatch(await folder.set("off"), late);
    assert.doesNotMatch(await printed(() => listFlags(options)), late);
    folder.configure(twoRegions);
    assert.doesNotMatch(await folder.set("on"), late);
  });

  it("says which source it takes while the configuration's mistakes leave that open", async () => {
    const taken = /has mistakes, .* gates are assumed to read flags from \S*flags\.test\.json\.\n$/;
    for (const text of [
      noRegions,
      `${noRegions}  meridian:flgas: { sdkKeyFile: ~/key }\n`,
      `${twoRegions}  meridian:flags: {}\n`,
      "config: [\n",
    ]) {
      folder.configure(text);
      for (const to of ["off", "on"]) assert.match(await folder.set(to), taken);
      assert.match(await printed(() => listFlags(options)), taken);
    }
    assert.match(await printed(() => createFlag("shop", options)), taken);
    folder.configure(noRegions + launchDarkly);
    await folder.refused(() => folder.set("off"), /read flags from LaunchDarkly/);
  });

  it("edits and shows no file that no gate reads", async () => {
    folder.configure(twoRegions + launchDarkly);
    for (const act of [
      () => folder.set("off"),
      () => printed(() => listFlags(options)),
      () => printed(() => showFlag("storefront", options)),
      () => printed(() => retireFlag("storefront", options)),
      () => printed(() => createFlag("shop", options)),
    ])
      await folder.refused(
        act,
        /^The gates of test read flags from LaunchDarkly .*LAUNCHDARKLY_ACCESS_TOKEN and LAUNCHDARKLY_PROJECT are not set\. No gate reads \S*flags\.test\.json\. Nothing was changed\.\nSet them .*own page, https:\/\/app\.launchdarkly\.com\.$/,
      );
  });

  it("edits no file that no gate reads in the repository's own production either", async () => {
    const own = path.join(repositoryRoot, "environments/Pulumi.production.yaml");
    fs.copyFileSync(own, path.join(folder.dir, "Pulumi.production.yaml"));
    await folder.refused(
      () => printed(() => setFlag("storefront", "off", { environment: "production" })),
      /The gates of production read flags from LaunchDarkly/,
    );
  });

  describe("with LaunchDarkly", () => {
    let api: LaunchDarklyApi;
    let undo: () => void;
    beforeEach(async () => {
      api = await new LaunchDarklyApi().start();
      api.add("storefront");
      folder.configure(twoRegions + launchDarkly);
      undo = setVariables({
        LAUNCHDARKLY_ACCESS_TOKEN: LaunchDarklyApi.token,
        LAUNCHDARKLY_PROJECT: "shop",
        LAUNCHDARKLY_API_URL: `${api.url}/`,
      });
    });
    afterEach(async () => {
      undo();
      await api.stop();
    });

    it("edits the flag there and leaves the file alone, and says so", async () => {
      const before = fs.readFileSync(folder.file, "utf8");
      const text = await folder.set("25", "us-east-1");
      assert.match(text, /version 1 → 2, in LaunchDarkly \(project shop, environment test\)\n/);
      assert.match(text, /eu-west-1 +retired +100 %\n.*us-east-1 +retired +25 %/);
      assert.equal(fs.readFileSync(folder.file, "utf8"), before);
      assert.ok(!text.includes(LaunchDarklyApi.token));
    });

    it("takes the environment that it is told", async () => {
      const again = setVariables({ LAUNCHDARKLY_ENVIRONMENT: "local" });
      try {
        assert.match(await folder.set("off"), /environment local\)/);
      } finally {
        again();
      }
      const environments = api.flags.get("storefront")?.environments;
      assert.deepEqual([environments?.["local"]?.on, environments?.["test"]?.on], [false, true]);
    });

    for (const [what, variables, message] of [
      [
        "a token alone",
        { LAUNCHDARKLY_PROJECT: undefined },
        /and LAUNCHDARKLY_PROJECT is not set\. No gate reads/,
      ],
      [
        "a project alone",
        { LAUNCHDARKLY_ACCESS_TOKEN: "" },
        /and LAUNCHDARKLY_ACCESS_TOKEN is not set\. No gate reads/,
      ],
      ["a token in the clear", { LAUNCHDARKLY_API_URL: "http://example.com" }, /write https:\/\//],
      ["an address that is none", { LAUNCHDARKLY_API_URL: "example" }, /write https:\/\//],
      [
        "a token of two lines",
        { LAUNCHDARKLY_ACCESS_TOKEN: "hush\nhush" },
        /^(?!.*hush).*line breaks/,
      ],
    ] as const)
      it(`refuses ${what}`, async () => {
        const again = setVariables(variables);
        try {
          await folder.refused(() => folder.set("off"), message);
        } finally {
          again();
        }
        assert.deepEqual(api.asked, []);
      });

    it("refuses LaunchDarkly for an environment whose flags are in the file", async () => {
      folder.configure(twoRegions);
      const counts = /^The gates of test read \S*flags\.test\.json: /;
      for (const act of [() => folder.set("off"), () => printed(() => listFlags(options))])
        await folder.refused(act, counts);
      await folder.refused(
        () => folder.set("off"),
        /TOKEN and LAUNCHDARKLY_PROJECT are set, .*`env -u LAUNCHDARKLY_ACCESS_TOKEN -u LAUNCHDARKLY_PROJECT npx meridian flag …`/s,
      );
      const again = setVariables({ LAUNCHDARKLY_PROJECT: undefined });
      try {
        await folder.refused(() => folder.set("off"), /But LAUNCHDARKLY_ACCESS_TOKEN is set,/);
      } finally {
        again();
      }
      assert.deepEqual(api.asked, []);
    });

    it("switches off there while the configuration has mistakes, and says so", async () => {
      folder.configure(noRegions + launchDarkly);
      assert.match(await folder.set("off"), /has mistakes, so that its regions are not shown\.\n$/);
      folder.configure(noRegions);
      assert.match(
        await folder.set("on"),
        /are assumed to read flags from LaunchDarkly \(project shop, environment test\)\.\n$/,
      );
      const again = setVariables({ LAUNCHDARKLY_PROJECT: undefined });
      try {
        await folder.refused(
          () => folder.set("off"),
          /TOKEN is set, and .*_PROJECT is not set\. Set both for/,
        );
      } finally {
        again();
      }
      assert.equal(api.flags.get("storefront")?.environments["test"]?.on, true);
    });
  });
});
