import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { parse, stringify } from "yaml";
import { moveHubRole } from "../../../operations/aws/hubRole";

const staging = fs.readFileSync("environments/Pulumi.staging.yaml", "utf8");

/** Lines that are only in one of two texts. */
function difference(before: string, after: string) {
  const [old, young] = [before.split("\n"), after.split("\n")];
  return {
    gone: old.filter((line) => !young.includes(line)),
    come: young.filter((line) => !old.includes(line)),
  };
}

describe("moveHubRole", () => {
  it("moves one line and writes down home, and changes nothing else", () => {
    const edited = moveHubRole(staging, "us-east-1", "eu-west-1");
    assert.deepEqual(difference(staging, edited), { gone: [], come: ["    home: eu-west-1"] });
    assert.match(edited, /- name: eu-west-1\n {6}nodesPerZone/);
    assert.match(edited, /- name: us-east-1\n {6}role: hub\n {6}nodesPerZone/);
    assert.match(edited, /accountId: "111111111111"\n {4}home: eu-west-1\n/);
  });

  it("there and back gives the same file, with home written down", () => {
    const there = moveHubRole(staging, "us-east-1", "eu-west-1");
    const back = moveHubRole(there, "eu-west-1", "us-east-1");
    assert.equal(back.replace("    home: eu-west-1\n", ""), staging);
    assert.equal(moveHubRole(back, "eu-west-1", "eu-west-1"), back);
  });

  it("keeps comments, and maps that are written in one line", () => {
    const text = [
      "# Above.",
      "config:",
      '  meridian:aws: { accountId: "1", apiAccess: [10.0.0.0/8] } # behind',
      "  meridian:regions:",
      "    # The first.",
      "    - { name: a, role: hub }",
      "    - { role: member, name: b }",
      "    - name: c # third",
      "      weight: 2",
      "# Below.",
    ].join("\n");
    assert.deepEqual(difference(text, moveHubRole(text, "c", "a")), {
      gone: [
        '  meridian:aws: { accountId: "1", apiAccess: [10.0.0.0/8] } # behind',
        "    - { name: a, role: hub }",
      ],
      come: [
        '  meridian:aws: { accountId: "1", home: a, apiAccess: [10.0.0.0/8] } # behind',
        "    - { name: a }",
        "      role: hub",
      ],
    });
    assert.match(
      moveHubRole(text, "c", "a"),
      /- name: c # third\n {6}role: hub\n {6}weight: 2\n# Below\.$/,
    );
    assert.match(moveHubRole(text, "b", "a"), /- \{ name: a \}\n {4}- \{ role: hub, name: b \}/);
  });

  it("takes away a role that stands first", () => {
    const text =
      "config:\n  meridian:aws:\n    accountId: '1'\n  meridian:regions:\n" +
      "    - role: hub\n      name: a\n    - name: b";
    assert.equal(
      moveHubRole(text, "b", "a"),
      "config:\n  meridian:aws:\n    accountId: '1'\n    home: a\n  meridian:regions:\n" +
        "    - name: a\n    - name: b\n      role: hub",
    );
  });

  it("refuses what it cannot edit", () => {
    assert.throws(() => moveHubRole(staging, "sa-east-1", "eu-west-1"), /no region sa-east-1/);
    assert.throws(() => moveHubRole("config: {}", "a", "a"), /no list meridian:regions/);
    const local = fs.readFileSync("environments/Pulumi.local.yaml", "utf8");
    assert.throws(() => moveHubRole(local, "us-east-1", "eu-west-1"), /no meridian:aws/);
  });

  it("in any file means the move and nothing more, or is refused", () => {
    const region = fc.record({
      role: fc.constantFrom(undefined, "member"),
      weight: fc.option(fc.nat(9), { nil: undefined }),
      first: fc.boolean(),
    });
    const options = { collectionStyle: "any" as const };
    fc.assert(
      fc.property(
        fc.array(region, { minLength: 2, maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("block", "flow", "any"),
        (drawn, from, to, style) => {
          const regions = drawn.map(({ role, weight, first }, index) => {
            const name = { name: `r-${index}` };
            const own = index === from % drawn.length ? "hub" : role;
            const kept = { ...(own && { role: own }), ...(weight !== undefined && { weight }) };
            return first ? { ...name, ...kept } : { ...kept, ...name };
          });
          const config = { "meridian:aws": { accountId: "1" }, "meridian:regions": regions };
          const text = stringify({ config }, { ...options, collectionStyle: style as "any" });
          const target = `r-${to % drawn.length}`;
          const after = parse(moveHubRole(text, target, "r-0")) as { config: typeof config };
          const hubs = after.config["meridian:regions"].filter(
            (one) => (one as { role?: string }).role === "hub",
          );
          assert.deepEqual(
            hubs.map(({ name }) => name),
            [target],
          );
        },
      ),
    );
  });
});
