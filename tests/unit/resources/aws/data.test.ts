import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { planAws } from "../../../../infra/providers/aws/plan";
import { DataServices } from "../../../../infra/providers/aws/data/resources/data";
import { byRegion, fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { register, type Registered } from "../../../support/engine";

const regions = ["eu-west-1", "us-east-1"];

describe("DataServices", function () {
  this.timeout(20_000);

  const lay = async (options: Record<string, unknown>) => {
    const connections: Record<string, Readonly<Record<string, string>>> = {};
    const registered = await register(() => {
      const data = new DataServices("data", {
        plan: planAws(awsPlanOf(regions, options), "2026-06-01"),
        networks: byRegion(regions, fakeNetwork),
        shared: byRegion(regions, fakeShared),
        providers: fakeProviders(regions),
      });
      for (const region of regions)
        pulumi.output(data.connectionsOf(region)).apply((found) => {
          connections[region] = found;
        });
    });
    return { registered, connections };
  };

  it("are nothing where none is wanted, with nowhere to connect to", async () => {
    const { registered, connections } = await lay({});
    assert.deepEqual(
      registered.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")),
      [],
    );
    assert.deepEqual(connections, { "eu-west-1": {}, "us-east-1": {} });
  });

  it("are one database, a cache for each region, and a secret for each of them", async () => {
    const { registered, connections } = await lay({ database: {}, cache: {} });
    const below = ({ parent }: Registered) => parent === "meridian:aws:DataServices data";
    assert.deepEqual(
      registered.filter(below).map(({ id }) => id),
      [
        "meridian:aws:Cache eu-west-1-cache",
        "meridian:aws:Cache us-east-1-cache",
        "meridian:aws:Database database",
        "meridian:aws:PlatformSecret database",
        "meridian:aws:PlatformSecret eu-west-1-cache",
        "meridian:aws:PlatformSecret us-east-1-cache",
      ],
    );
    const keys = regions.map((region) => Object.keys(connections[region] ?? {}).sort());
    assert.deepEqual(keys[0], keys[1]);
    assert.ok(keys[0]?.includes("DATABASE_WRITER_HOST"));
    assert.ok(keys[0]?.includes("CACHE_WRITER_HOST"));
    const writer = (region: string) => connections[region]?.["DATABASE_WRITER_HOST"];
    assert.equal(writer("us-east-1"), writer("eu-west-1"));
    const cache = (region: string) => connections[region]?.["CACHE_WRITER_HOST"];
    assert.notEqual(cache("us-east-1"), cache("eu-west-1"));
  });
});
