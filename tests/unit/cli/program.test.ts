import * as assert from "node:assert/strict";
import { createProgram } from "../../../cli/program";

describe("The command line", () => {
  for (const args of [
    ["promote", "--version", "v1.2.3"],
    ["promote", "production", "--version=v1.2.3"],
  ])
    it(`runs \`meridian ${args.join(" ")}\`, whose --version is the release's tag`, async () => {
      let runs = 0;
      const program = createProgram(() => () => Promise.resolve(void runs++));
      await program.parseAsync(["node", "meridian", ...args]);
      assert.equal(runs, 1);
    });
});
