import assert from "node:assert/strict";
import fc from "fast-check";
import { knownRegions } from "../../../infra/config/addressing";
import { distance, nearestFirst, placeOf } from "../../../infra/components/dns/geography";

/** Some regions in any order, some of them with no known place. */
const regions = fc.uniqueArray(fc.constantFrom(...knownRegions, "lab", "cellar", "attic"), {
  minLength: 1,
  maxLength: 12,
});

function kilometres(one: string, other: string): number {
  const [from, to] = [placeOf(one), placeOf(other)];
  assert.ok(from && to);
  return distance(from, to);
}

describe("geography", () => {
  it("has a place for every known region, and for no other", () => {
    for (const region of knownRegions) {
      const place = placeOf(region);
      assert.ok(place, region);
      assert.ok(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180, region);
    }
    for (const region of ["lab", "toString", ""]) assert.equal(placeOf(region), undefined);
  });

  it("measures along the great circle", () => {
    const near = (actual: number, expected: number) =>
      assert.ok(Math.abs(actual - expected) < 0.03 * expected, `${actual}, not ${expected}`);
    near(kilometres("eu-west-1", "us-east-1"), 5480);
    near(kilometres("eu-west-2", "eu-west-3"), 360);
    near(kilometres("ap-southeast-2", "sa-east-1"), 13350);
    // Over the date line, not around the world.
    near(kilometres("ap-northeast-1", "us-west-2"), 7750);
    assert.equal(kilometres("eu-west-1", "eu-west-1"), 0);
    const half = Math.PI * 6371;
    const antipodes = distance({ latitude: 40, longitude: -3 }, { latitude: -40, longitude: 177 });
    assert.ok(Math.abs(antipodes - half) < 1e-3);
  });

  it("orders regions by distance", () => {
    const all = ["ap-southeast-1", "us-east-1", "eu-central-1", "eu-west-1", "sa-east-1"];
    assert.deepEqual(nearestFirst("eu-west-1", all), [
      "eu-west-1",
      "eu-central-1",
      "us-east-1",
      "sa-east-1",
      "ap-southeast-1",
    ]);
    assert.deepEqual(nearestFirst("ap-southeast-1", all), [
      "ap-southeast-1",
      "eu-central-1",
      "eu-west-1",
      "us-east-1",
      "sa-east-1",
    ]);
    assert.deepEqual(nearestFirst("eu-west-1", []), []);
  });

  it("knows who is next to whom", () => {
    const next = (region: string) => nearestFirst(region, knownRegions)[1];
    const pairs = {
      "ca-central-1": "us-east-1",
      "ca-west-1": "us-west-2",
      "eu-west-1": "eu-west-2",
      "eu-central-1": "eu-central-2",
      "eu-south-2": "eu-west-3",
      "me-south-1": "me-central-1",
      "ap-south-2": "ap-south-1",
      "ap-southeast-5": "ap-southeast-1",
      "ap-southeast-6": "ap-southeast-2",
      "ap-northeast-1": "ap-northeast-3",
      "ap-east-1": "ap-east-2",
      "cn-northwest-1": "cn-north-1",
      "us-gov-east-1": "us-east-2",
    };
    assert.deepEqual(Object.fromEntries(Object.keys(pairs).map((one) => [one, next(one)])), pairs);
  });

  it("leaves the order as given where it knows no place, and puts oneself first in any case", () => {
    const all = ["lab", "us-east-1", "cellar", "eu-west-1"];
    assert.deepEqual(nearestFirst("eu-west-1", all), ["eu-west-1", "us-east-1", "lab", "cellar"]);
    assert.deepEqual(nearestFirst("cellar", all), ["cellar", "lab", "us-east-1", "eu-west-1"]);
    assert.deepEqual(nearestFirst("attic", all), all);
    // Two regions in one city.
    const ohio = ["us-east-2", "us-gov-east-1"];
    assert.deepEqual(nearestFirst("us-gov-east-1", ohio), ["us-gov-east-1", "us-east-2"]);
    assert.deepEqual(nearestFirst("us-west-2", ohio), ohio);
  });

  it("keeps every region once, ascending, whatever the order given", () => {
    fc.assert(
      fc.property(regions, fc.nat(), (all, which) => {
        const from = all[which % all.length] ?? "";
        const sorted = nearestFirst(from, all);
        assert.deepEqual([...sorted].sort(), [...all].sort());
        assert.equal(sorted[0], from);
        const rest = sorted.slice(1);
        const known = placeOf(from) ? rest.filter((region) => placeOf(region)) : [];
        const lengths = known.map((region) => kilometres(from, region));
        assert.deepEqual(
          lengths,
          [...lengths].sort((one, other) => one - other),
        );
        assert.deepEqual(
          rest.slice(known.length),
          all.filter((region) => region !== from && !known.includes(region)),
        );
      }),
    );
  });

  it("lets no third region decide between two", () => {
    fc.assert(
      fc.property(
        regions,
        fc.constantFrom(...knownRegions, "lab"),
        fc.nat(),
        (all, from, which) => {
          const gone = all[which % all.length];
          const left = (names: readonly string[]) => names.filter((region) => region !== gone);
          assert.deepEqual(nearestFirst(from, left(all)), left(nearestFirst(from, all)));
        },
      ),
    );
  });
});
