import * as assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyChanges,
  clearRegion,
  type FlagChange,
  retire,
  setPercentage,
  switchOff,
  switchOn,
} from "../../../infra/components/rollouts/flagEdits";
import { readState, stateIn } from "../../../infra/components/rollouts/flagReading";
import type { Flag } from "../../../infra/components/rollouts/flags";
import type { LaunchDarklySettings } from "../../../operations/flags/launchDarkly/client";
import { launchDarklySource } from "../../../operations/flags/launchDarkly/source";
import { type ApiAnswer, type Instead, LaunchDarklyApi } from "../../support/launchDarklyApi";
import { percent, regions } from "../plan/rollouts/flagSample";

const token = LaunchDarklyApi.token;
const people = {
  _id: "people",
  description: "beta testers",
  clauses: [
    { _id: "c", contextKind: "user", attribute: "beta", op: "in", values: [true], negate: false },
  ],
  variation: 0,
};

describe("flags in LaunchDarkly", () => {
  let api: LaunchDarklyApi;
  let settings: LaunchDarklySettings;
  const source = () => launchDarklySource(settings);
  const sent = () =>
    api.asked.flatMap(({ method, body }) => (method === "PATCH" ? [body?.["instructions"]] : []));
  const stateOf = (flag: Flag, region?: string) => {
    const read = readState(flag);
    assert.ok(read !== undefined);
    return region === undefined ? read.everywhere : stateIn(read, region);
  };

  beforeEach(async () => {
    api = await new LaunchDarklyApi().start();
    settings = { apiUrl: api.url, project: "shop", environment: "local", token };
  });
  afterEach(() => api.stop());

  it("are listed page by page, with their rules", async () => {
    for (let i = 0; i < 101; i++) api.add(`flag-${i}`, { rules: [people] });
    const flags = await source().list();
    assert.deepEqual(
      flags.map(({ key }) => key),
      [...api.flags.keys()],
    );
    assert.deepEqual(readState(flags[100] as Flag)?.rules, ["beta testers"]);
    assert.equal(api.asked.length, 3);
    for (const { headers } of api.asked) assert.equal(headers["ld-api-version"], "20240415");
  });

  it("are changed in one environment only, by instructions of LaunchDarkly's", async () => {
    const made = api.add("storefront", { rules: [people] });
    const [yes, no] = made.variations.map(({ _id }) => _id);
    const weights = (share: number) => ({ [yes ?? ""]: share, [no ?? ""]: 100_000 - share });
    const set = (to: number, region?: string) =>
      source().edit("storefront", (flag) => setPercentage(flag, to, region));
    const { before, after } = await set(25.5);
    assert.deepEqual(
      [stateOf(before), stateOf(after)],
      [
        { kind: "on", percentage: 100 },
        { kind: "on", percentage: 25.5 },
      ],
    );
    await set(10, "us-east-1");
    await set(50, "us-east-1");
    const clauses = [
      { contextKind: "region", attribute: "key", op: "in", values: ["us-east-1"], negate: false },
    ];
    const ruleId = made.environments["local"]?.rules[0]?._id;
    assert.deepEqual(sent(), [
      [
        {
          kind: "updateFallthroughVariationOrRollout",
          rolloutContextKind: "user",
          rolloutWeights: weights(25_500),
        },
      ],
      [
        {
          kind: "addRule",
          description: "meridian-us-east-1",
          clauses,
          beforeRuleId: "people",
          rolloutContextKind: "user",
          rolloutWeights: weights(10_000),
        },
      ],
      [
        {
          kind: "updateRuleVariationOrRollout",
          ruleId,
          rolloutContextKind: "user",
          rolloutWeights: weights(50_000),
        },
      ],
    ]);
    assert.equal(made.environments["test"]?.version, 1);
    assert.deepEqual(made.environments["local"]?.rules[1], people);
  });

  it("are left alone where nothing would change", async () => {
    api.add("storefront");
    const { before, after } = await source().edit("storefront", (flag) => switchOn(flag));
    assert.equal(before, after);
    assert.deepEqual(sent(), []);
  });

  it("brings a region's rule before one that somebody has put in front, and ends doubled ones", async () => {
    const rule = (_id: string) => ({
      _id,
      clauses: [
        {
          _id: "c",
          contextKind: "region",
          attribute: "key",
          op: "in",
          values: ["eu-west-1"],
          negate: false,
        },
      ],
      variation: 0,
    });
    const made = api.add("storefront", { rules: [people, rule("one"), rule("two")] });
    await source().edit("storefront", (flag) => switchOff(flag, "eu-west-1"));
    const rules = () => made.environments["local"]?.rules.map(({ _id }) => _id);
    assert.deepEqual(rules(), ["one", "people"]);
    assert.equal(made.environments["local"]?.rules[0]?.variation, 1);
    await source().edit("storefront", (flag) => switchOn(flag, "eu-west-1"));
    assert.deepEqual(rules(), ["people"]);
  });

  it("end where a file would, whatever is done to them", async () => {
    const edit = fc.oneof(
      fc.tuple(percent, fc.option(fc.constantFrom(...regions), { nil: undefined })).map(
        ([to, region]) =>
          (flag: Flag): FlagChange[] =>
            setPercentage(flag, to, region),
      ),
      fc.constantFrom(...regions).map((region) => (flag: Flag) => switchOff(flag, region)),
      fc.constantFrom(...regions).map((region) => (flag: Flag) => switchOn(flag, region)),
      fc.constantFrom(...regions).map((region) => (flag: Flag) => clearRegion(flag, region)),
      fc.constant((flag: Flag) => switchOff(flag)),
      fc.constant((flag: Flag) => switchOn(flag)),
      fc.constant((flag: Flag) => retire(flag)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        async (turned, edits) => {
          api.add(
            "storefront",
            turned ? { offVariation: 0 } : {},
            turned ? [false, true] : [true, false],
          );
          for (const one of edits) {
            const { before, after } = await source().edit("storefront", one);
            assert.deepEqual(readState(after), readState(applyChanges(before, one(before))));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are made on, at 0 %, and not twice", async () => {
    const flag = await source().create("cart");
    assert.deepEqual(stateOf(flag), { kind: "on", percentage: 0 });
    assert.equal(api.flags.get("cart")?.environments["test"]?.on, false);
    await assert.rejects(source().create("cart"), /has a flag cart already/);
  });

  it("that are not there are told, with those that are", async () => {
    api.add("storefront");
    const message =
      /project shop, environment local\) has no flag storefrnt\. There are: storefront\. Did you mean storefront\?/;
    await assert.rejects(source().read("storefrnt"), message);
    await assert.rejects(
      source().edit("storefrnt", () => []),
      message,
    );
  });

  it("of a project or an environment that is not there say so", async () => {
    api.add("storefront");
    settings = { ...settings, environment: "nowhere" };
    await assert.rejects(source().read("storefront"), /has no environment nowhere\. Name it in/);
    settings = { ...settings, project: "elsewhere" };
    for (const act of [() => source().list(), () => source().read("storefront")])
      await assert.rejects(act(), /no project elsewhere .*Correct LAUNCHDARKLY_PROJECT/);
  });

  const refusals: [Instead, RegExp][] = [
    [refused(401), /\(401\)\. Put one that is valid into LAUNCHDARKLY_ACCESS_TOKEN/],
    [refused(403), /\(403\)\. It needs a role that may/],
    [refused(405), /\(405\): where it asks for approval/],
    [refused(409), /\(409\)\. Nothing was changed\. Run it again\. It says: no: \[secret\]\\u001b/],
    [refused(429), /\(429\)\. Run it again in a minute/],
    [refused(429, { "Retry-After": "7" }), /Run it again in 7 s/],
    [refused(429, { "X-Ratelimit-Reset": String(Date.now() + 3_600_000) }), /again in 3[56]\d\d s/],
    [refused(503), /fails \(503\)/],
    [refused(418), /refuses the request \(418\)/],
    [{ status: 302, headers: { Location: "/elsewhere" } }, /cannot be reached/],
    [{ status: 200, body: "<html>" }, /not as LaunchDarkly's API does/],
    [{ status: 200, body: { key: 1 } }, /not as LaunchDarkly's API does/],
    ["silence", /has not answered within 0\.05 s/],
  ];
  for (const [instead, message] of refusals)
    it(`says what to do after ${JSON.stringify(instead).slice(0, 60)}, without the token`, async () => {
      api.add("storefront");
      settings = { ...settings, timeoutMs: instead === "silence" ? 50 : 5000 };
      const act = async (method: string) => {
        api.instead = (asked) => (asked.method === method ? instead : undefined);
        const error = await source()
          .edit("storefront", (flag) => setPercentage(flag, 5))
          .then(
            () => undefined,
            (reason: unknown) => reason,
          );
        assert.ok(error instanceof Error);
        assert.equal(error.name, "CommandError");
        assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes(token));
        return error.message;
      };
      assert.match(await act("GET"), message);
      if (instead === "silence")
        assert.match(await act("PATCH"), /It may have been carried out all the same/);
    });

  it("cannot be reached is told, too", async () => {
    await api.stop();
    await assert.rejects(
      source().list(),
      /cannot be reached \(ECONNREFUSED\)\. Nothing was changed/,
    );
  });
});

/** Words that quote the token and try the terminal. */
function refused(status: number, headers: Record<string, string> = {}): ApiAnswer {
  return { status, headers, body: { message: `no: ${token}\u001b[31m` } };
}
