import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/local/instance";
import { createFlag as newFlag } from "../../../infra/plan/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/plan/rollouts/flagFile";
import { createFlag, listFlags, retireFlag, setFlag, showFlag } from "../../../tools/cli/flag";
import { isExpected } from "../../../tools/cli/errors";
import { makeFolder } from "../../support/folder";
import { LaunchDarklyApi } from "../../support/launchDarklyApi";
import { printed } from "../../support/printed";
import { noLaunchDarkly, setVariables } from "../../support/variables";

const environment = "config:\n  meridian:provider: local\n  meridian:regions:\n";
const rows = "    - { name: eu-west-1 }\n    - { name: us-east-1 }\n";
const launchDarkly = "  meridian:flags: { sdkKeyFile: ~/key }\n";

describe("where meridian flag finds flags", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  const file = () => path.join(folder.dir, "flags.test.json");
  const configure = (text: string) =>
    fs.writeFileSync(path.join(folder.dir, "Pulumi.test.yaml"), text);
  const options = { environment: "test" };
  const set = (to: string, region?: string) =>
    printed(() =>
      setFlag("storefront", to, { ...options, ...(region !== undefined && { region }) }),
    );
  const refused = async (act: () => Promise<unknown>, message: RegExp) => {
    const before = fs.readFileSync(file(), "utf8");
    await assert.rejects(printed(act), (error) => {
      assert.ok(isExpected(error));
      assert.match(error.message, message);
      return true;
    });
    assert.equal(fs.readFileSync(file(), "utf8"), before);
  };

  beforeEach(() => {
    folder = makeFolder();
    back = setVariables({ ...noLaunchDarkly, MERIDIAN_ENVIRONMENTS: folder.dir });
    fs.writeFileSync(file(), formatFlagFile({ flags: { storefront: newFlag("storefront") } }));
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  it("says on AWS that no gate has heard of the file yet, and only when it has changed", async () => {
    fs.copyFileSync(
      path.join(repositoryRoot, "environments", "Pulumi.staging.yaml"),
      path.join(folder.dir, "Pulumi.test.yaml"),
    );
    const late = /No gate has heard of it yet: .*`npx meridian up test`/;
    assert.match(await set("off"), late);
    assert.doesNotMatch(await set("off"), late);
    assert.doesNotMatch(await printed(() => listFlags(options)), late);
    configure(`${environment}${rows}`);
    assert.doesNotMatch(await set("on"), late);
  });

  it("says which source it takes while the configuration's mistakes leave that open", async () => {
    const taken =
      /has mistakes, .* gates are taken to hear of flags from \S*flags\.test\.json\.\n$/;
    for (const text of [
      environment,
      `${environment}  meridian:flgas: { sdkKeyFile: ~/key }\n`,
      `${environment}${rows}  meridian:flags: {}\n`,
      "config: [\n",
    ]) {
      configure(text);
      for (const to of ["off", "on"]) assert.match(await set(to), taken);
      assert.match(await printed(() => listFlags(options)), taken);
    }
    assert.match(await printed(() => createFlag("shop", options)), taken);
    configure(environment + launchDarkly);
    await refused(() => set("off"), /hear of flags from LaunchDarkly/);
  });

  it("edits and shows no file that no gate reads", async () => {
    configure(environment + rows + launchDarkly);
    for (const act of [
      () => set("off"),
      () => printed(() => listFlags(options)),
      () => printed(() => showFlag("storefront", options)),
      () => printed(() => retireFlag("storefront", options)),
      () => printed(() => createFlag("shop", options)),
    ])
      await refused(
        act,
        /^The gates of test hear of flags from LaunchDarkly .*LAUNCHDARKLY_ACCESS_TOKEN and LAUNCHDARKLY_PROJECT are not set\. No gate reads \S*flags\.test\.json\. Nothing was changed\.\nSet them .*own page, https:\/\/app\.launchdarkly\.com\.$/,
      );
  });

  it("edits no file that no gate reads in the repository's own production either", async () => {
    const own = path.join(repositoryRoot, "environments/Pulumi.production.yaml");
    fs.copyFileSync(own, path.join(folder.dir, "Pulumi.production.yaml"));
    await refused(
      () => printed(() => setFlag("storefront", "off", { environment: "production" })),
      /The gates of production hear of flags from LaunchDarkly/,
    );
  });

  describe("with LaunchDarkly", () => {
    let api: LaunchDarklyApi;
    let undo: () => void;
    beforeEach(async () => {
      api = await new LaunchDarklyApi().start();
      api.add("storefront");
      configure(environment + rows + launchDarkly);
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
      const before = fs.readFileSync(file(), "utf8");
      const text = await set("25", "us-east-1");
      assert.match(text, /version 1 → 2, in LaunchDarkly \(project shop, environment test\)\n/);
      assert.match(text, /eu-west-1 +retired +100 %\n.*us-east-1 +retired +25 %/);
      assert.equal(fs.readFileSync(file(), "utf8"), before);
      assert.ok(!text.includes(LaunchDarklyApi.token));
    });

    it("takes the environment that it is told", async () => {
      const again = setVariables({ LAUNCHDARKLY_ENVIRONMENT: "local" });
      try {
        assert.match(await set("off"), /environment local\)/);
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
          await refused(() => set("off"), message);
        } finally {
          again();
        }
        assert.deepEqual(api.asked, []);
      });

    it("refuses LaunchDarkly for an environment whose flags are in the file", async () => {
      configure(environment + rows);
      const counts = /^The gates of test read \S*flags\.test\.json: /;
      for (const act of [() => set("off"), () => printed(() => listFlags(options))])
        await refused(act, counts);
      await refused(
        () => set("off"),
        /TOKEN and LAUNCHDARKLY_PROJECT are set, .*`env -u LAUNCHDARKLY_ACCESS_TOKEN -u LAUNCHDARKLY_PROJECT npx meridian flag …`/s,
      );
      const again = setVariables({ LAUNCHDARKLY_PROJECT: undefined });
      try {
        await refused(() => set("off"), /But LAUNCHDARKLY_ACCESS_TOKEN is set,/);
      } finally {
        again();
      }
      assert.deepEqual(api.asked, []);
    });

    it("switches off there while the configuration has mistakes, and says so", async () => {
      configure(environment + launchDarkly);
      assert.match(await set("off"), /has mistakes, so that its regions are not shown\.\n$/);
      configure(environment);
      assert.match(
        await set("on"),
        /are taken to hear of flags from LaunchDarkly \(project shop, environment test\)\.\n$/,
      );
      const again = setVariables({ LAUNCHDARKLY_PROJECT: undefined });
      try {
        await refused(() => set("off"), /TOKEN is set, and .*_PROJECT is not set\. Set both for/);
      } finally {
        again();
      }
      assert.equal(api.flags.get("storefront")?.environments["test"]?.on, true);
    });
  });
});
