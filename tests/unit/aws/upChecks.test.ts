import * as assert from "node:assert/strict";
import { checkNames } from "../../../cli/aws/checks";

describe("names of apps, before up on AWS", () => {
  it("are refused in one report where they are others'", () => {
    assert.throws(() => checkNames(["catalog", "rollout-gate", "argocd"]), {
      name: "CommandError",
      message: [
        "apps has 2 mistakes. Nothing was changed.",
        "",
        "  apps/rollout-gate",
        "    found     rollout-gate",
        "    expected  a name that is not the cluster's own",
        "    remedy    rename the folder",
        "",
        "  apps/argocd",
        "    found     argocd",
        "    expected  a name that is not the cluster's own",
        "    remedy    rename the folder",
      ].join("\n"),
    });
  });

  it("are taken where nobody has them", () => {
    checkNames([]);
    checkNames(["catalog", "orders"]);
  });
});
