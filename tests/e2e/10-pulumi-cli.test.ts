import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { platform, sharedPlatformUp } from "./support/shared";

const run = promisify(execFile);
const meridian = path.join(repositoryRoot, "cli/bin/meridian.js");

/** Runs a command in a shell that has taken over what `meridian env local` prints. */
async function shell(command: string): Promise<string> {
  const script = `eval "$('${process.execPath}' '${meridian}' env local)"; ${command}`;
  const { stdout } = await run("bash", ["-ec", script], {
    cwd: repositoryRoot,
    env: { ...process.env, ...platform.variables() },
    maxBuffer: 64 << 20,
  });
  return stdout;
}

describe("the Pulumi command line, with `meridian env`", function () {
  this.timeout(300_000);
  before(sharedPlatformUp);

  it("previews the same stack on the same state: nothing to do", async () => {
    const preview = await shell("pulumi preview -s local --non-interactive");
    assert.match(preview, /\d\d+ unchanged/);
    assert.doesNotMatch(preview, /to create|to delete|to replace|to update/);
  });

  it("updates it, and leaves as many resources as there were", async () => {
    const counted = await shell("pulumi stack -s local --non-interactive");
    const up = await shell("pulumi up -s local --yes --skip-preview --non-interactive");
    const unchanged = Number(/(\d+) unchanged/.exec(up)?.[1]);
    // The stack itself is listed but not counted as unchanged.
    assert.match(counted, new RegExp(`Current stack resources \\(${unchanged + 1}\\)`));
    assert.doesNotMatch(up, /created|deleted|replaced|updated/);
    assert.match(up, /ap-southeast-1: "https:\/\/127\.0\.0\.1:\d+"/);
  });

  it("gives kubectl the federation", async () => {
    const apps = await shell("kubectl get rollouts -A -o name");
    assert.match(apps, /rollout.argoproj.io\/storefront/);
  });
});
