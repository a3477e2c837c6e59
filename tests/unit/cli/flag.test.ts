import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  applyChanges,
  createFlag as newFlag,
  retire,
} from "../../../infra/plan/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/plan/rollouts/flagFile";
import type { FlagFile } from "../../../infra/plan/rollouts/flags";
import { createFlag, listFlags, retireFlag, setFlag, showFlag } from "../../../tools/cli/flag";
import { isExpected } from "../../../tools/cli/errors";
import { makeFolder } from "../../support/folder";
import { printed } from "../../support/printed";
import { noLaunchDarkly, setVariables } from "../../support/variables";

const environment = "config:\n  meridian:provider: local\n  meridian:regions:\n";
const rows = "    - { name: eu-west-1 }\n    - { name: us-east-1 }\n";

describe("meridian flag", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  const file = () => path.join(folder.dir, "flags.test.json");
  const flags = () => (JSON.parse(fs.readFileSync(file(), "utf8")) as FlagFile).flags;
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
    fs.writeFileSync(path.join(folder.dir, "Pulumi.test.yaml"), environment + rows);
    const made = newFlag("storefront");
    const launched = applyChanges(made, retire(made));
    fs.writeFileSync(
      file(),
      formatFlagFile({ flags: { storefront: launched, cart: newFlag("cart") } }),
    );
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  it("says what it was and what it is now, region by region, and what comes of it", async () => {
    const text = await set("25");
    assert.match(text, /^storefront \(test\): version 2 → 3, in .*flags\.test\.json\n/);
    for (const region of ["eu-west-1", "us-east-1", "everywhere else"])
      assert.match(text, new RegExp(`${region} +retired +25 %`));
    assert.match(text, /25 %: rollouts below may go on to 25 %; what is further already stays/);
    assert.match(text, /`npx meridian status test` shows how far regions are\./);
    assert.match(await set("25"), /there is nothing to change/);
    assert.match(await set("5"), /below the first weight, 10 %: a new version waits/);
    assert.match(await set("100"), /may go on to 100 %, and stay ready to go back/);
    assert.match(await set("off"), /eu-west-1 +100 % +off[^]*everybody goes back to the stable/);
    assert.match(
      await set("10"),
      /off +off[^]*this counts after `npx meridian flag set storefront on -e test`/,
    );
    assert.match(await set("on"), /off +10 %/);
    const retired = await printed(() => retireFlag("storefront", options));
    assert.match(retired, /10 % +retired[^]*nothing is gated until the flag is lowered/);
  });

  it("sets one region, and says which others are open to a new version", async () => {
    const first = await set("10", "eu-west-1");
    assert.match(first, /eu-west-1 +retired +10 %\n.*us-east-1 +retired +100 %/);
    assert.match(
      first,
      /! us-east-1: open, .*`npx meridian flag set storefront 0 -e test` holds it/,
    );
    const zero = await set("0");
    assert.match(zero, /eu-west-1 +10 % +10 %\n.*us-east-1 +100 % +0 %/);
    assert.match(
      zero,
      /! eu-west-1 has a rule of its own; .* default --region eu-west-1 -e test` ends it/,
    );
    assert.doesNotMatch(await set("25", "eu-west-1"), /!/);
    await set("off", "eu-west-1");
    assert.match(await printed(() => listFlags(options)), /storefront +on +0 % +eu-west-1 off +6/);
    assert.match(await set("on", "eu-west-1"), /eu-west-1 +off +0 %/);
    await set("50", "eu-west-1");
    assert.match(await set("default", "eu-west-1"), /eu-west-1 +50 % +0 %/);
  });

  it("says so when every region has a rule of its own, so that the common percentage is nobody's", async () => {
    await set("10", "eu-west-1");
    await set("10", "us-east-1");
    const text = await set("50");
    for (const region of ["eu-west-1", "us-east-1"])
      assert.match(text, new RegExp(`! ${region} has a rule of its own; .* ends it`));
    assert.doesNotMatch(await set("25", "us-east-1"), /!/);
  });

  it("ends what a region has of its own that has left the environment, as it says itself", async () => {
    await set("10", "us-east-1");
    fs.writeFileSync(
      path.join(folder.dir, "Pulumi.test.yaml"),
      environment + "    - { name: eu-west-1 }\n",
    );
    assert.match(
      await set("0"),
      /`npx meridian flag set storefront default --region us-east-1 -e test`/,
    );
    await refused(() => set("20", "us-east-1"), /us-east-1 is no region of test/);
    assert.match(await set("default", "us-east-1"), /us-east-1 +10 % +0 %/);
    await refused(() => set("default", "us-east-1"), /us-east-1 is no region of test/);
  });

  it("lists, shows and makes flags, for a program too", async () => {
    const list = await printed(() => listFlags(options));
    assert.match(list, /storefront +on +retired +2\n.*cart +on +0 % +1\n/);
    const text = await printed(() => createFlag("shop", options));
    assert.match(
      text,
      /shop \(test\): version 1[^]*waits for `npx meridian flag retire shop -e test`/,
    );
    assert.ok(Object.hasOwn(flags(), "shop"));
    await set("33.333", "us-east-1");
    const shown = await printed(() => showFlag("storefront", { ...options, json: true }));
    assert.deepEqual(JSON.parse(shown), {
      environment: "test",
      source: file(),
      regions: ["eu-west-1", "us-east-1"],
      flag: {
        key: "storefront",
        version: 3,
        on: true,
        archived: false,
        gates: true,
        everywhere: { kind: "on", percentage: 100 },
        regions: { "us-east-1": { kind: "on", percentage: 33.333 } },
        rules: [],
        targets: 0,
        prerequisites: [],
      },
    });
    const json = await printed(() => setFlag("cart", "10", { ...options, json: true }));
    const { changed, before, after } = JSON.parse(json) as Record<string, { version: number }>;
    assert.deepEqual([changed, before?.version, after?.version], [true, 1, 2]);
  });

  it("names what counts beside its own rules, in letters that a terminal does not obey", async () => {
    const [storefront] = Object.values(flags());
    const clauses = [{ attribute: "beta", op: "in", values: [true] }];
    const rule = { id: "x", description: "beta\u001b[2J", clauses, variation: 0 };
    const targets = [{ variation: 0, values: ["ann"] }];
    const prerequisites = [{ key: "cart", variation: 0 }];
    const flag = { ...storefront, rules: [rule], targets, prerequisites };
    fs.writeFileSync(
      file(),
      formatFlagFile({ flags: { storefront: flag, cart: newFlag("cart") } }),
    );
    const text = await printed(() => showFlag("storefront", options));
    assert.match(text, /! By other rules, for whom they name: beta\\u001b\[2J\./);
    assert.match(text, /! 1 context named one by one, which count first\./);
    assert.match(text, /! Only while these are on: cart\./);
    await refused(() => retireFlag("storefront", options), /Take them out, then retire it/);
  });

  for (const [what, to, region, message] of [
    ...["101", "-1", "1e1", " 5", "25%", "", "0x5", "33.3333", "100.001", "all"].map(
      (to) =>
        [
          `${JSON.stringify(to)} percent`,
          to,
          undefined,
          /is none of these: a percentage from 0 to 100/,
        ] as const,
    ),
    [
      "an unknown region",
      "5",
      "mars-1",
      /mars-1 is no region of test\. There are: eu-west-1, us-east-1\./,
    ],
    ["default without a region", "default", undefined, /add --region/],
  ] as const)
    it(`refuses ${what}, and changes nothing`, () => refused(() => set(to, region), message));

  it("refuses an unknown flag, an unknown environment and a key that is none", async () => {
    await refused(
      () => showFlag("carts", options),
      /has no flag carts\. There are: storefront, cart\. Did you mean cart\?/,
    );
    await refused(
      () => listFlags({ environment: "tset" }),
      /no environment tset\. There are: test\./,
    );
    for (const key of ["", "-a", "a b", "ä", "a/b", "x".repeat(101)])
      await refused(() => createFlag(key, options), /is no key of a flag/);
  });

  it("switches off while the environment's configuration has mistakes; a region it cannot know", async () => {
    fs.writeFileSync(path.join(folder.dir, "Pulumi.test.yaml"), environment);
    const text = await set("off");
    assert.match(text, /everywhere else +retired +off[^]*Pulumi\.test\.yaml has mistakes/);
    assert.equal(flags()["storefront"]?.on, false);
    const shown = await printed(() => showFlag("storefront", options));
    assert.match(shown, /everywhere else +off[^]*Pulumi\.test\.yaml has mistakes/);
    await refused(() => set("off", "eu-west-1"), /meridian:regions/);
  });

  it("tells every mistake of the file", async () => {
    fs.writeFileSync(
      file(),
      formatFlagFile({ flags: { storefront: { ...newFlag("shop"), on: 1 } } }),
    );
    await refused(
      () => set("5"),
      /has 2 mistakes[^]*line 4: flags\.storefront\.key[^]*line 6: flags\.storefront\.on/,
    );
  });
});
