import assert from "node:assert/strict";
import { merged } from "../../../operations/apps/merged";

describe("Mistakes of several environments", () => {
  const at = (path: string, value = "x") => ({ path, value, expected: "y", remedy: "z" });
  const paths = (...all: ReturnType<typeof at>[]) => merged(all).map(({ path }) => path);

  it("are one if object, field and text are the same", () => {
    assert.deepEqual(
      paths(
        at("apps/a/overlays/local: Service/a spec"),
        at("apps/b/overlays/local: Service/a spec"),
        at("apps/a/overlays/staging: Service/a spec"),
        at("apps/a/overlays/production: Service/a spec", "other"),
        at("apps/a"),
        at("environments/flags.local.json: a"),
      ),
      [
        "apps/a/overlays/{local,staging}: Service/a spec",
        "apps/b/overlays/local: Service/a spec",
        "apps/a/overlays/production: Service/a spec",
        "apps/a",
        "environments/flags.local.json: a",
      ],
    );
  });
});
