import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  databaseConnection,
  type DatabasePlan,
  monitoringTrust,
  planDatabase,
} from "../../../../infra/components/database/plan";
import { quietWindows } from "../../../../infra/providers/aws/data/windows";
import { awsPlanOf, someRegions } from "../../../support/aws/plan";
import { planOf } from "../../../support/plan";

const three = ["eu-west-1", "us-east-1", "ap-southeast-1"];

function planned(
  regions: readonly (string | Record<string, unknown>)[],
  database: Record<string, unknown> = {},
  released: readonly string[] = [],
): DatabasePlan {
  const plan = planDatabase(awsPlanOf(regions, { database }), released);
  assert.ok(plan);
  return plan;
}

describe("planDatabase", () => {
  it("plans none where none is configured", () => {
    assert.equal(planDatabase(awsPlanOf(three)), undefined);
    assert.equal(planDatabase(planOf([{ name: "eu-west-1" }])), undefined);
  });

  it("has the home first, wherever it stands in the configuration", () => {
    const { home, regions } = planned([
      { name: "us-east-1", role: "member" },
      { name: "eu-west-1", role: "hub" },
    ]);
    assert.equal(home, "eu-west-1");
    assert.deepEqual(
      regions.map(({ region, role }) => [region, role]),
      [
        ["eu-west-1", "home"],
        ["us-east-1", "secondary"],
      ],
    );
  });

  it("has a writer with its readers at home, and a reader elsewhere even where none is asked", () => {
    const counts = (readers: number) =>
      planned(three, { readers }).regions.map(({ instances }) => instances.length);
    assert.deepEqual(counts(0), [1, 1, 1]);
    assert.deepEqual(counts(1), [2, 1, 1]);
    assert.deepEqual(counts(3), [4, 3, 3]);
  });

  it("spreads instances over the zones, two of them ready to write at once", () => {
    const [home] = planned(["eu-west-1"], { readers: 3 }).regions;
    assert.deepEqual(
      home?.instances.map(({ zone, promotionTier }) => [zone, promotionTier]),
      [
        ["eu-west-1a", 0],
        ["eu-west-1b", 1],
        ["eu-west-1c", 2],
        ["eu-west-1a", 2],
      ],
    );
  });

  it("watches what there is: no readers' lag without readers, no other region's at home", () => {
    const keys = (readers: number) =>
      planned(three, { readers }).regions.map(({ alarms }) => alarms.map(({ key }) => key));
    const both = ["replica-lag", "global-lag"];
    assert.deepEqual(keys(0), [[], both, both]);
    assert.deepEqual(keys(1), [["replica-lag"], both, both]);
  });

  it("lets go of a released region, and of the whole with its home", () => {
    const kept = (released: string[]) => {
      const plan = planned(three, {}, released);
      return [plan.kept, ...plan.regions.map((region) => region.kept)];
    };
    assert.deepEqual(kept([]), [true, true, true, true]);
    assert.deepEqual(kept(["us-east-1"]), [true, true, false, true]);
    assert.deepEqual(kept(["eu-west-1"]), [false, false, true, true]);
  });

  it("plans a region the same whatever others there are", () => {
    fc.assert(
      fc.property(someRegions, fc.integer({ min: 0, max: 4 }), (regions, readers) => {
        const all = planned(regions, { readers });
        const fewer = planned(regions.slice(0, Math.max(1, regions.length - 1)), { readers });
        const { regions: before, ...whole } = fewer;
        const { regions: after, ...same } = all;
        assert.deepEqual(same, whole);
        assert.deepEqual(after.slice(0, before.length), before);
      }),
    );
  });

  it("gives every name once, each as AWS takes it", () => {
    fc.assert(
      fc.property(someRegions, fc.integer({ min: 0, max: 14 }), (names, readers) => {
        const { regions } = planned(names, { readers });
        const identifiers = regions.flatMap(({ clusterIdentifier, instances }) => [
          clusterIdentifier,
          ...instances.map(({ identifier }) => identifier),
        ]);
        assert.equal(new Set(identifiers).size, identifiers.length);
        for (const identifier of identifiers)
          assert.match(identifier, /^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/);
      }),
    );
  });
});

describe("databaseConnection", () => {
  it("has the writer that follows and the region's own readers, and nothing secret", () => {
    assert.deepEqual(
      databaseConnection(planned(three), { writer: "w.example", reader: "r.example" }),
      {
        DATABASE_WRITER_HOST: "w.example",
        DATABASE_READER_HOST: "r.example",
        DATABASE_PORT: "5432",
        DATABASE_NAME: "meridian",
      },
    );
  });
});

describe("monitoringTrust", () => {
  it("trusts RDS and nothing else", () => {
    assert.deepEqual(
      monitoringTrust.Statement.map(({ Principal }) => Principal),
      [{ Service: "monitoring.rds.amazonaws.com" }],
    );
  });
});

describe("quietWindows", () => {
  it("are the region's own small hours, in UTC", () => {
    assert.deepEqual(quietWindows("eu-west-1"), {
      backup: "02:00-03:00",
      maintenance: "mon:04:00-mon:05:00",
    });
    assert.deepEqual(quietWindows("ap-southeast-1"), {
      backup: "19:00-20:00",
      maintenance: "mon:21:00-mon:22:00",
    });
  });

  it("go over midnight into the next day", () => {
    // Mumbai, five hours ahead by the sun.
    assert.deepEqual(quietWindows("ap-south-1"), {
      backup: "21:00-22:00",
      maintenance: "thu:23:00-fri:00:00",
    });
  });

  it("are UTC's for a region without a place", () => {
    assert.match(quietWindows("lab").maintenance, /^(\w{3}):04:00-\1:05:00$/);
  });

  it("are an hour each, apart from each other, in every region", () => {
    fc.assert(
      fc.property(someRegions, (regions) => {
        for (const region of regions) {
          const { backup, maintenance } = quietWindows(region);
          const [start, end] = backup.split("-").map((time) => Number(time.slice(0, 2)));
          const [from] = maintenance.split("-").map((time) => Number(time.slice(4, 6)));
          assert.equal(((start ?? 0) + 1) % 24, end);
          assert.equal(((start ?? 0) + 2) % 24, from);
        }
      }),
    );
  });
});
