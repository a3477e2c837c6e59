import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import {
  applyChanges,
  createFlag as newFlag,
  retire,
} from "../../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/components/rollouts/flagFile";
import { createFlag, listFlags, retireFlag, setFlag, showFlag } from "../../../cli/flag";
import { FlagFolder, noRegions, twoRegions } from "../../support/flagFolder";
import { printed } from "../../support/printed";

describe("meridian flag", () => {
  let folder: FlagFolder;
  const options = { environment: "test" };

  beforeEach(() => {
    const made = newFlag("storefront");
    const launched = applyChanges(made, retire(made));
    folder = new FlagFolder("storefront", { storefront: launched, cart: newFlag("cart") });
    folder.configure(twoRegions);
  });
  afterEach(() => folder.remove());

  it("says what it was and what it is now, region by region, and what comes of it", async () => {
    const text = await folder.set("25");
    assert.match(text, /^storefront \(test\): version 2 → 3, in .*flags\.test\.json\n/);
    for (const region of ["eu-west-1", "us-east-1", "everywhere else"])
      assert.match(text, new RegExp(`${region} +retired +25 %`));
    assert.match(text, /25 %: a new version may reach 25 %; one that has passed it stays/);
    assert.match(text, /`npx meridian status test` shows how far regions are\./);
    assert.match(await folder.set("25"), /there is nothing to change/);
    assert.match(await folder.set("5"), /below the first step \(10 %\): a new version waits/);
    assert.match(await folder.set("100"), /may reach 100 %, and can return until/);
    assert.match(
      await folder.set("off"),
      /eu-west-1 +100 % +off[^]*all requests return to the stable/,
    );
    assert.match(
      await folder.set("10"),
      /off +off[^]*this counts after `npx meridian flag set storefront on -e test`/,
    );
    assert.match(await folder.set("on"), /off +10 %/);
    const retired = await printed(() => retireFlag("storefront", { ...options, yes: true }));
    assert.match(retired, /10 % +retired[^]*nothing is gated until the flag is lowered/);
  });

  it("sets one region, and says which others are open to a new version", async () => {
    const first = await folder.set("10", "eu-west-1");
    assert.match(first, /eu-west-1 +retired +10 %\n.*us-east-1 +retired +100 %/);
    assert.match(
      first,
      /! us-east-1: open, .*`npx meridian flag set storefront 0 -e test` holds it/,
    );
    const zero = await folder.set("0");
    assert.match(zero, /eu-west-1 +10 % +10 %\n.*us-east-1 +100 % +0 %/);
    assert.match(
      zero,
      /! eu-west-1 has a rule of its own; .* default --region eu-west-1 -e test` ends it/,
    );
    assert.doesNotMatch(await folder.set("25", "eu-west-1"), /!/);
    await folder.set("off", "eu-west-1");
    assert.match(await printed(() => listFlags(options)), /storefront +on +0 % +eu-west-1 off +6/);
    assert.match(await folder.set("on", "eu-west-1"), /eu-west-1 +off +0 %/);
    await folder.set("50", "eu-west-1");
    assert.match(await folder.set("default", "eu-west-1"), /eu-west-1 +50 % +0 %/);
  });

  it("says so when every region has a rule of its own, so that the common percentage is nobody's", async () => {
    await folder.set("10", "eu-west-1");
    await folder.set("10", "us-east-1");
    const text = await folder.set("50");
    for (const region of ["eu-west-1", "us-east-1"])
      assert.match(text, new RegExp(`! ${region} has a rule of its own; .* ends it`));
    assert.doesNotMatch(await folder.set("25", "us-east-1"), /!/);
  });

  it("ends what a region has of its own that has left the environment, as it says itself", async () => {
    await folder.set("10", "us-east-1");
    folder.configure(twoRegions.replace(/.*us-east-1.*\n/, ""));
    assert.match(
      await folder.set("0"),
      /`npx meridian flag set storefront default --region us-east-1 -e test`/,
    );
    await folder.refused(() => folder.set("20", "us-east-1"), /us-east-1 is no region of test/);
    assert.match(await folder.set("default", "us-east-1"), /us-east-1 +10 % +0 %/);
    await folder.refused(
      () => folder.set("default", "us-east-1"),
      /us-east-1 is no region of test/,
    );
  });

  it("is not retired unasked while it holds a version back", async () => {
    const act = () => printed(() => retireFlag("storefront", options));
    await folder.set("off");
    await folder.refused(
      act,
      /^storefront holds versions back in eu-west-1 \(off\), us-east-1 \(off\)\. Retiring it sends the newest version to all users there, at once\.\nThe version is not known .*\.\nNothing was changed\. Add --yes to do it\.$/,
    );
    await folder.set("on");
    await folder.set("100");
    await folder.set("25", "us-east-1");
    await folder.refused(act, /holds versions back in us-east-1 \(25 %\)\./);
    await folder.set("100", "us-east-1");
    await folder.set("0");
    folder.configure(noRegions);
    await folder.refused(act, /holds versions back in every other region \(0 %\)\./);
    folder.configure(twoRegions);
    await folder.set("100");
    assert.match(await act(), /100 % +retired/);
    assert.match(await act(), /there is nothing to change/);
  });

  it("lists, shows and makes flags, for a program too", async () => {
    const list = await printed(() => listFlags(options));
    assert.match(list, /storefront +on +retired +2\n.*cart +on +0 % +1\n/);
    const text = await printed(() => createFlag("shop", options));
    assert.match(
      text,
      /shop \(test\): version 1[^]*first version is deployed everywhere at once\. Each later one waits until `npx meridian flag set shop 10 -e test`/,
    );
    assert.ok(Object.hasOwn(folder.flags, "shop"));
    await folder.set("33.333", "us-east-1");
    const shown = await printed(() => showFlag("storefront", { ...options, json: true }));
    assert.deepEqual(JSON.parse(shown), {
      environment: "test",
      source: folder.file,
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
    const json = await printed(() => setFlag("cart", 10, { ...options, json: true }));
    const { changed, before, after } = JSON.parse(json) as Record<string, { version: number }>;
    assert.deepEqual([changed, before?.version, after?.version], [true, 1, 2]);
  });

  it("names what counts beside its own rules, in letters that a terminal does not obey", async () => {
    const [storefront] = Object.values(folder.flags);
    const clauses = [{ attribute: "beta", op: "in", values: [true] }];
    const rule = { id: "x", description: "beta\u001b[2J", clauses, variation: 0 };
    const targets = [{ variation: 0, values: ["ann"] }];
    const prerequisites = [{ key: "cart", variation: 0 }];
    const flag = { ...storefront, rules: [rule], targets, prerequisites };
    fs.writeFileSync(
      folder.file,
      formatFlagFile({ flags: { storefront: flag, cart: newFlag("cart") } }),
    );
    const text = await printed(() => showFlag("storefront", options));
    assert.match(text, /! By other rules, for whom they name: beta\\u001b\[2J\./);
    assert.match(text, /! 1 context named one by one, which count first\./);
    assert.match(text, /! Only while these are on: cart\./);
    await folder.refused(() => retireFlag("storefront", options), /Take them out, then retire it/);
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
    it(`refuses ${what}, and changes nothing`, () =>
      folder.refused(() => folder.set(to, region), message));

  it("refuses an unknown flag and an unknown environment", async () => {
    await folder.refused(
      () => showFlag("carts", options),
      /has no flag carts\. There are: storefront, cart\. Did you mean cart\?/,
    );
    await folder.refused(
      () => listFlags({ environment: "tset" }),
      /no environment tset\. There are: test\./,
    );
  });

  it("switches off while the environment's configuration has mistakes; a region it cannot know", async () => {
    folder.configure(noRegions);
    const text = await folder.set("off");
    assert.match(text, /everywhere else +retired +off[^]*Pulumi\.test\.yaml has mistakes/);
    assert.equal(folder.flags["storefront"]?.on, false);
    const shown = await printed(() => showFlag("storefront", options));
    assert.match(shown, /everywhere else +off[^]*Pulumi\.test\.yaml has mistakes/);
    await folder.refused(() => folder.set("off", "eu-west-1"), /meridian:regions/);
  });

  it("tells every mistake of the file", async () => {
    fs.writeFileSync(
      folder.file,
      formatFlagFile({ flags: { storefront: { ...newFlag("shop"), on: 1 } } }),
    );
    await folder.refused(
      () => folder.set("5"),
      /has 2 mistakes[^]*line 4: flags\.storefront\.key[^]*line 6: flags\.storefront\.on/,
    );
  });
});
