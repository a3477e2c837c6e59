import * as assert from "node:assert/strict";
import type { GateStatus } from "../../../infra/components/rollouts/gateStatus";
import { composeStatus } from "../../../operations/status/compose";
import { formatRows, formatStatus } from "../../../cli/statusView";
import type { Observed } from "../../../operations/status/model";
import { application, inOrder, marked } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const regions = [small("eu-west-1", { zones: ["a", "b"] }), small("us-east-1")];
const plan = planOf(regions);
const good = inOrder(plan);
const servers = { "eu-west-1": "https://127.0.0.1:20001", "us-east-1": "https://127.0.0.1:20002" };

const hints = (follows: string) => [
  "2 (1/1/0): ready replicas in the region (by zone).",
  "Pods are simulated (KWOK): a pod simulator answers for them. Control planes, gateways and DNS are real.",
  "Requests: `npx meridian curl shop`, `npx meridian dig shop --from eu-west-1`, `npx meridian drain eu-west-1 --to 50`",
  `Argo CD tracks ${follows}: change apps/, commit, and watch \`npx meridian status\`.`,
  'kubectl: eval "$(npx meridian env test)" && kubectl get rollouts -A   ·   stop: npm stop',
];

function required<T>(value: T | undefined): T {
  assert.ok(value);
  return value;
}

describe("formatStatus", () => {
  it("shows a platform in order, and how long it took", () => {
    const text = formatStatus(composeStatus(plan, good, servers), plan, 4200);
    assert.deepEqual(text.split("\n"), [
      "",
      "test is ready in 4.2 s.",
      "",
      "   REGION     VERSION  NODES (BY ZONE)     FEDERATION  TRAFFIC  API SERVER",
      "●  eu-west-1  v1.2.3   2 nodes (a 1, b 1)  joined      serving  https://127.0.0.1:20001",
      "●  us-east-1  v1.2.3   1 nodes (a 1)       joined      serving  https://127.0.0.1:20002",
      "",
      "Tracks branch main.",
      "",
      "   APP   VERSION  SYNC    HEALTH   COMMIT   READY  eu-west-1  us-east-1",
      "●  shop  6.9.2    Synced  Healthy  0123456  3/3    2 (1/1)    1 (1)",
      "",
      ...hints("commits of this clone"),
    ]);
  });

  it("shows what a version on its way out waits for, region by region", () => {
    const held: GateStatus = {
      ...{
        flag: "shop",
        region: "eu-west-1",
        weight: 25,
        last: false,
        percentage: 10,
        reached: 10,
      },
      ...{ hash: "5d9", at: "2026-11-21T12:00:00Z", reason: "flag shop allows 10 %" },
      verdict: "hold",
      phase: "held",
    };
    const unheard = { percentage: null, reached: 0, reason: "no flag shop" };
    const unknown: GateStatus = { ...held, ...unheard, phase: "waiting" };
    const withMarks = (first: GateStatus, second: GateStatus) => {
      const of = (region: string, mark: GateStatus) => ({
        [region]: { ...required(good.regions[region]), rollouts: [marked("shop", mark)] },
      });
      const marks = { ...of("eu-west-1", first), ...of("us-east-1", second) };
      return formatRows(composeStatus(plan, { ...good, regions: marks }, servers));
    };
    assert.deepEqual(withMarks(held, unknown).slice(-4), [
      "",
      "ROLLOUT  REGION     STATE    VERSION  REACHED  FLAG  ALLOWS",
      "shop     eu-west-1  held     6.9.2    10 %     shop  10 %     flag shop allows 10 %",
      "shop     us-east-1  waiting  6.9.2    0 %      shop  unknown  no flag shop",
    ]);
    assert.ok(
      !withMarks({ ...held, phase: "stable" }, unknown)
        .join()
        .includes("  stable  "),
    );
  });

  it("shows a lost region and why an app is not in order", () => {
    const observed = {
      ...good,
      regions: { ...good.regions, "us-east-1": undefined },
      members: [{ name: "eu-west-1", ready: true }],
      applications: [
        application("bootstrap"),
        application("shop", {
          health: { status: "Degraded" },
          conditions: [{ message: "x".repeat(401) }],
        }),
      ],
    };
    const text = formatStatus(composeStatus(plan, observed, servers), plan);
    assert.deepEqual(text.split("\n"), [
      "",
      "test is not ready: us-east-1, us-east-1 in the federation, shop.",
      "",
      "   REGION     VERSION    NODES (BY ZONE)     FEDERATION  TRAFFIC  API SERVER",
      "●  eu-west-1  v1.2.3     2 nodes (a 1, b 1)  joined      serving  https://127.0.0.1:20001",
      "○  us-east-1  no answer  0 nodes (a 0)       lost        serving  https://127.0.0.1:20002",
      "",
      "Tracks branch main.",
      "",
      "   APP   VERSION  SYNC    HEALTH    COMMIT   READY  eu-west-1  us-east-1",
      "○  shop  6.9.2    Synced  Degraded  0123456  2/3    2 (1/1)    0 (0)",
      `  shop: ${"x".repeat(150)} … ${"x".repeat(250)}`,
      "",
      ...hints("commits of this clone"),
    ]);
  });

  it("shows whether requests come to a region, and how many of its own", () => {
    const edges = good.edges.map((edge, i) =>
      i === 0 ? { ...edge, healthy: false } : { ...edge, weight: 40 },
    );
    const lines = formatStatus(composeStatus(plan, { ...good, edges }, servers), plan).split("\n");
    assert.equal(lines[1], "test is not ready: the gateway of eu-west-1.");
    assert.deepEqual(lines.slice(4, 6), [
      "●  eu-west-1  v1.2.3   2 nodes (a 1, b 1)  joined      none: gateway is down  https://127.0.0.1:20001",
      "●  us-east-1  v1.2.3   1 nodes (a 1)       joined      drained to 40 %        https://127.0.0.1:20002",
    ]);
  });

  it("names the repository that is followed", () => {
    const other = planOf(regions, { delivery: { repository: "https://git.test/a" } });
    const lines = formatStatus(composeStatus(other, good, servers), other).split("\n");
    assert.equal(lines[1], "test is ready.");
    assert.deepEqual(lines.slice(-5), hints("commits of https://git.test/a"));
  });

  describe("says what the environment follows", () => {
    const lineOf = (delivery: Observed["delivery"]) => {
      const lines = formatRows(composeStatus(plan, { ...good, delivery }, servers));
      return lines[lines.findIndex((line) => line.includes("us-east-1")) + 2];
    };
    const tags = { repository: "r", track: "tags" } as const;

    for (const [what, delivery, line] of [
      ["a branch", { repository: "r", track: "branch", revision: "main" }, "Tracks branch main."],
      ["a range", { ...tags, revision: ">=1.0.0" }, "Tracks tags >=1.0.0."],
      [
        "the approved release",
        { ...tags, revision: "0123456789abcdef", release: "v1.2.3" },
        "Delivers release v1.2.3 (0123456).",
      ],
      [
        "nothing yet",
        { ...tags, revision: "nothing-released-yet", release: "" },
        "Nothing is released yet: `npx meridian up test --release <tag>` approves the first release.",
      ],
      ["not known", undefined, "The hub does not answer: what is delivered is not known."],
    ] as const)
      it(what, () => assert.equal(lineOf(delivery), line));
  });

  it("says what differs from git, what waits for a word, and what git no longer has", () => {
    const resource = (kind: string, more: object) => ({
      kind,
      name: "one",
      status: "OutOfSync",
      ...more,
    });
    const gone = [{ message: "apps/gone: app path does not exist" }];
    const applications = [
      application("bootstrap"),
      application("gone", { sync: { status: "Unknown" }, conditions: gone }),
      application("shop", {
        sync: { status: "OutOfSync" },
        resources: [
          resource("Service", {}),
          resource("ConfigMap", { health: { status: "Missing" } }),
          resource("PersistentVolumeClaim", { requiresPruning: true }),
        ],
      }),
    ];
    const text = formatStatus(composeStatus(plan, { ...good, applications }, servers), plan);
    assert.deepEqual(
      text.split("\n").filter((line) => line.startsWith("  ") && line.includes(": ")),
      [
        "  gone: removed from git: `npx meridian remove gone -e test`",
        "  shop: differs from git: Service/one, ConfigMap/one (missing), PersistentVolumeClaim/one (to be removed)",
        "  shop: holds data that git no longer has: `npx meridian remove shop -e test`",
      ],
    );
  });

  for (const [what, pages, line] of [
    [
      "with pages",
      true,
      "Argo CD (read-only UI): http://127.0.0.1:9 (official release: its controller shows metrics on every address of this machine)",
    ],
    [
      "without pages",
      false,
      "Argo CD (read-only API): http://127.0.0.1:9/api/v1/applications (this build has its API only; the pages are in the official release)",
    ],
  ] as const)
    it(`says where Argo CD's own face is, ${what}`, () => {
      const argocd = { url: "http://127.0.0.1:9", pages };
      const status = composeStatus(plan, { ...good, argocd }, servers);
      assert.deepEqual(status.argocd, argocd);
      assert.equal(formatStatus(status, plan).split("\n").at(-2), line);
    });
});
