import * as assert from "node:assert/strict";
import { appReady, composeStatus } from "../../../operations/status/compose";
import type {
  Application,
  Observed,
  ObservedRegion,
  Reason,
} from "../../../operations/status/model";
import { unready } from "../../../operations/status/read";
import { finalReasons, hasOnlyFinalReasons } from "../../../operations/status/stall";
import { formatStatus } from "../../../cli/statusView";
import { application, inOrder, pod } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);
const labels = { "meridian.dev/app": "shop" };

const shopOf = (observed: Observed) => composeStatus(plan, observed).apps[0] ?? assert.fail();
const withShop = (status: Application["status"]): Observed => ({
  ...good,
  applications: [application("bootstrap"), application("shop", status)],
});
/** A sync that the federation's API server refused for one object. */
const syncFailed = (kind: string, name: string, message: string, phase = "Failed") =>
  withShop({
    sync: { status: "OutOfSync" },
    operationState: {
      phase,
      message: "one or more objects failed to apply",
      syncResult: { resources: [{ kind, name, status: "SyncFailed", message }] },
    },
  });
/** Both regions with more in their answers. */
const inRegions = (names: readonly string[], change: Partial<ObservedRegion>): Observed => ({
  ...good,
  regions: Object.fromEntries(
    Object.entries(good.regions).map(([name, region]) => [
      name,
      region && names.includes(name) ? { ...region, ...change } : region,
    ]),
  ),
});
const everywhere = ["eu-west-1", "us-east-1"];
const refusedBy = (regions: readonly string[], kind: string, message: string): Observed => {
  const refusals = regions.map((region) => ({
    ...{ region, kind, message },
    ...{ name: "settings", namespace: "shop" },
  }));
  const resources = [{ kind: "ConfigMap", name: "settings", namespace: "shop", status: "Synced" }];
  return { ...withShop({ resources }), refusals };
};

/** Each as a server words it, with the line below the app and whether waiting is useless. */
const cases: readonly [string, Observed, RegExp, boolean][] = [
  [
    "a kind that the project does not allow",
    syncFailed("Secret", "token", "resource :Secret is not permitted in project shop"),
    /shop: Secret\/token: resource :Secret is not permitted in project shop → Use a kind that apps/,
    true,
  ],
  [
    "a field that cannot change",
    syncFailed(
      "Service",
      "shop",
      'Service "shop" is invalid: spec.clusterIPs[0]: Invalid value: []: may not change once set',
    ),
    /shop: Service\/shop: .*may not change once set → Restore the field in git, or use a new name/,
    true,
  ],
  [
    "a duplicate, while Argo CD waits for its next attempt",
    syncFailed("Service", "shop", 'spec.ports[1].name: Duplicate value: "http"', "Running"),
    /shop: Service\/shop: .*Duplicate value: "http" → Fix the object in git and commit\./,
    true,
  ],
  [
    "a webhook with a certificate that nobody trusts",
    syncFailed(
      "ConfigMap",
      "a",
      'failed calling webhook "w": x509: certificate signed by unknown authority',
    ),
    /shop: ConfigMap\/a: .*x509: certificate signed by unknown authority → Fix the webhook/,
    false,
  ],
  [
    "an object that one region refused",
    refusedBy(
      ["us-east-1"],
      "ConfigMap",
      'ConfigMap "settings" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    ),
    /shop: ConfigMap\/settings in us-east-1: ConfigMap "settings" is invalid: .*field is immutable/,
    true,
  ],
  [
    "an object that every region refused: one line",
    refusedBy(everywhere, "ConfigMap", "no"),
    /shop: ConfigMap\/settings in eu-west-1, us-east-1: no$/m,
    false,
  ],
  [
    "a Rollout with a mistake",
    inRegions(everywhere, {
      rollouts: [
        {
          metadata: { name: "shop", labels },
          spec: {},
          status: {
            conditions: [
              {
                type: "InvalidSpec",
                status: "True",
                message:
                  'The Rollout "shop" is invalid: spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`',
              },
            ],
          },
        },
      ],
    }),
    /shop: Rollout\/shop in eu-west-1, us-east-1: .*does not match template `labels` → Fix the object/,
    true,
  ],
  [
    "a ReplicaSet whose pods are refused",
    inRegions(["eu-west-1"], {
      replicaSets: [
        {
          metadata: { name: "shop-5d4f", labels },
          status: {
            conditions: [
              {
                type: "ReplicaFailure",
                status: "True",
                message:
                  'pods "shop-5d4f-abcde" is forbidden: violates PodSecurity "restricted:latest"',
              },
            ],
          },
        },
      ],
    }),
    /shop: ReplicaSet\/shop-5d4f in eu-west-1: pods .* violates PodSecurity .* → Fix the object/,
    true,
  ],
];

describe("The reason why an app is not ready", () => {
  for (const [what, observed, line, final] of cases)
    it(`is shown in the server's words: ${what}`, () => {
      const status = composeStatus(plan, observed);
      assert.deepEqual([status.ready, unready(status)], [false, ["shop"]]);
      assert.match(formatStatus(status, plan), line);
      const missing = status.apps.map((app) => ({ name: app.name, app }));
      assert.deepEqual(
        [finalReasons(missing).length, hasOnlyFinalReasons(missing)],
        [final ? 1 : 0, final],
      );
    });

  it("is the scheduler's for a pod without a node", () => {
    const message = "0/6 nodes are available: 6 Insufficient cpu.";
    const waiting = {
      ...pod("shop", undefined, { ready: false }),
      status: { conditions: [{ type: "PodScheduled", status: "False", message }] },
    };
    const { reasons } = shopOf(inRegions(["eu-west-1"], { pods: [waiting, waiting] }));
    const expected: Reason[] = [
      {
        object: "Pod",
        regions: ["eu-west-1"],
        message,
        refused: false,
        final: false,
        remedy: "Request less, or add nodes to the region.",
      },
    ];
    assert.deepEqual(reasons, expected);
  });

  it("is Argo CD's condition for the app as a whole", () => {
    const conditions = [
      { type: "ComparisonError", message: "failed to generate manifests" },
      { type: "OrphanedResourceWarning", message: "Application has 1 orphaned resources" },
    ];
    const messages = shopOf(withShop({ conditions })).reasons.map(({ message }) => message);
    assert.deepEqual(messages, ["failed to generate manifests"]);
  });

  it("is the operation's own where it names no object", () => {
    const operationState = { phase: "Error", message: "repository not accessible" };
    const { reasons } = shopOf(withShop({ sync: { status: "Unknown" }, operationState }));
    assert.deepEqual(
      reasons.map(({ object, message }) => [object, message]),
      [[undefined, "repository not accessible"]],
    );
  });

  it("is none of an operation before the app was synced and healthy again", () => {
    const observed = syncFailed("Service", "shop", "refused");
    const { operationState } = observed.applications?.[1]?.status ?? assert.fail();
    const shop = shopOf(withShop({ ...(operationState && { operationState }) }));
    assert.deepEqual([shop.reasons, appReady(shop)], [[], true]);
  });

  it("is none of a sync of an earlier commit once the app is synced", () => {
    const observed = syncFailed("Service", "shop", "refused");
    const { operationState } = observed.applications?.[1]?.status ?? assert.fail();
    const of = (status: string, revision: string) =>
      shopOf(
        withShop({
          sync: { status, revision: "b".repeat(40) },
          health: { status: "Progressing" },
          operationState: {
            ...operationState,
            syncResult: { ...operationState?.syncResult, revision },
          },
        }),
      ).reasons.length;
    const [earlier, current] = ["a".repeat(40), "b".repeat(40)];
    assert.deepEqual([of("Synced", earlier), of("Synced", current)], [0, 1]);
    // Argo CD does not sync again for a commit that does not touch the app.
    assert.deepEqual([of("OutOfSync", earlier), of("OutOfSync", current)], [1, 1]);
  });

  it("is a ReplicaSet's once, although its Rollout repeats it", () => {
    const message = "exceeded quota: few";
    const conditions = [{ type: "ReplicaFailure", status: "True", message }];
    const { reasons } = shopOf(
      inRegions(everywhere, {
        rollouts: [{ metadata: { name: "shop", labels }, spec: {}, status: { conditions } }],
        replicaSets: [{ metadata: { name: "shop-1", labels }, status: { conditions } }],
      }),
    );
    assert.deepEqual(
      reasons.map(({ object, regions }) => [object, regions]),
      [["Rollout/shop", everywhere]],
    );
  });

  it("is one for several regions, although each names pods of its own", () => {
    const replicaSetOf = (pod: string) => ({
      metadata: { name: "shop-5d4f", labels },
      status: {
        conditions: [
          {
            type: "ReplicaFailure",
            status: "True",
            message: `pods "shop-5d4f-${pod}" is forbidden`,
          },
        ],
      },
    });
    const one = inRegions(["eu-west-1"], { replicaSets: [replicaSetOf("aaaaa")] });
    const other = inRegions(["us-east-1"], { replicaSets: [replicaSetOf("bbbbb")] });
    const regions = {
      "eu-west-1": one.regions["eu-west-1"],
      "us-east-1": other.regions["us-east-1"],
    };
    const { reasons } = shopOf({ ...good, regions });
    assert.deepEqual(
      reasons.map((reason) => reason.regions),
      [everywhere],
    );
  });

  it("is none of another app's objects, nor of a rollout that its gate holds", () => {
    const other = refusedBy(everywhere, "Secret", "no");
    const held = inRegions(everywhere, {
      rollouts: [
        {
          metadata: { name: "shop", labels },
          spec: {},
          status: {
            conditions: [{ type: "Progressing", status: "False", message: "Rollout is paused" }],
          },
        },
      ],
      replicaSets: [
        {
          metadata: { name: "blog-1", labels: { "meridian.dev/app": "blog" } },
          status: { conditions: [{ type: "ReplicaFailure", status: "True", message: "no" }] },
        },
      ],
    });
    assert.deepEqual(shopOf(other).reasons, []);
    assert.deepEqual(shopOf(held).reasons, []);
  });

  it("is waited for while another part is missing", () => {
    const { apps } = composeStatus(plan, cases[0]?.[1] ?? assert.fail());
    const missing = apps.map((app) => ({ name: app.name, app }));
    assert.equal(hasOnlyFinalReasons([...missing, { name: "us-east-1" }]), false);
    assert.equal(hasOnlyFinalReasons([]), false);
  });
});
