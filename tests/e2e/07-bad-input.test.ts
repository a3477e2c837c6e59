import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { processesOf } from "../../infra/providers/local/processes";
import { TestPlatform } from "./support/platform";

describe("bad input", () => {
  describe("in the configuration", () => {
    const fresh = new TestPlatform("bad");
    before(() => fresh.prepare());
    after(() => fs.rmSync(fresh.root, { recursive: true, force: true }));

    it("is reported as a whole, before anything is touched", async () => {
      fs.writeFileSync(
        path.join(fresh.environments, "Pulumi.local.yaml"),
        [
          "config:",
          "  meridian:provider: local",
          "  meridian:regoins: []",
          "  meridian:regions:",
          "    - { name: eu-west-1, zones: [] }",
          "    - { name: eu-west-1, nodesPerZone: 0 }",
          "    - { name: us-east-1, cidr: 10.0.0.0/99, weight: -1 }",
        ].join("\n"),
      );
      const { code, output } = await fresh.run("up", "local");
      assert.equal(code, 1);
      for (const path of [
        "meridian:regoins",
        "meridian:regions[0].zones",
        "meridian:regions[1].nodesPerZone",
        "meridian:regions[2].cidr",
        "meridian:regions[2].weight",
      ]) {
        assert.ok(output.includes(path), `${path} is missing in:\n${output}`);
      }
      assert.equal(fs.existsSync(fresh.instance.dir), false);
      assert.deepEqual(processesOf(fresh.instance), []);
    });

    it("of an environment that does not exist says which file is looked for", async () => {
      const { code, output } = await fresh.run("up", "nowhere");
      assert.equal(code, 1);
      assert.match(output, /Pulumi\.nowhere\.yaml/);
    });
  });
});
