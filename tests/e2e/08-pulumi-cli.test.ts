import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../infra/local/instance";
import { toolPath } from "../../tools/toolchain";
import { platform, sharedPlatformUp } from "./support/shared";

const run = promisify(execFile);

describe("the Pulumi command line", () => {
  before(sharedPlatformUp);

  it("previews and updates the same stack on the same state, with `meridian env`", async function () {
    this.timeout(300_000);
    const shell = async (command: string) => {
      const meridian = path.join(repositoryRoot, "tools/bin/meridian.js");
      const host = path.dirname(toolPath("pulumi-language-nodejs"));
      const script = `eval "$('${process.execPath}' '${meridian}' env local)"; export PATH="${host}:$PATH"; ${command}`;
      const { stdout } = await run("bash", ["-ec", script], {
        cwd: repositoryRoot,
        env: { ...process.env, ...platform.variables() },
        maxBuffer: 64 << 20,
      });
      return stdout;
    };
    const preview = await shell("pulumi preview -s local --non-interactive");
    assert.match(preview, /\d+ unchanged/);
    assert.doesNotMatch(preview, /to create|to delete|to replace/);
    const up = await shell("pulumi up -s local --yes --skip-preview --non-interactive");
    assert.match(up, /\d+ unchanged/);
    const apps = await shell("kubectl get deployments -A -o name");
    assert.match(apps, /deployment.apps\/storefront/);
  });
});
