import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { TestPlatform } from "./platform";
import { platform, removeSharedPlatform, sharedPlatformUp } from "./shared";

/**
 * A second environment beside the shared platform, of one region, run from the scratch clone that both follow: the
 * shared one every commit, this one tags. Tests kill it, stop it and take it down.
 */
class SecondPlatform extends TestPlatform {
  constructor() {
    super("second", "production", platform.scratch);
  }

  /** Writes its configuration, for a clone whose branch is called main. */
  prepareFor(track: Record<string, unknown>): void {
    platform.git("checkout", "-q", "-B", "main");
    const modules = path.join(platform.scratch, "node_modules");
    if (!fs.existsSync(modules)) fs.symlinkSync(path.join(repositoryRoot, "node_modules"), modules);
    fs.appendFileSync(path.join(platform.scratch, ".git", "info", "exclude"), "node_modules\n");
    this.prepareConfiguration((config) => {
      config["meridian:regions"] = [{ name: "eu-west-1", nodesPerZone: 3 }];
      config["meridian:delivery"] = {
        ...{ repository: ".", overlays: "local", pollSeconds: 5 },
        track,
      };
    });
    // The environment that comes first, as the shared platform's own file has it.
    const regions = [{ name: "eu-west-1" }];
    const first = { "meridian:provider": "local", "meridian:regions": regions };
    fs.writeFileSync(
      path.join(this.environments, "Pulumi.local.yaml"),
      stringify({ config: { ...first, "meridian:delivery": { track: { branch: "main" } } } }),
    );
  }

  /** Follows another track, or the same in another way. */
  async follow(delivery: Record<string, unknown>, ...options: string[]): Promise<string> {
    this.configure((config) => {
      config["meridian:delivery"] = { ...(config["meridian:delivery"] as object), ...delivery };
    });
    return this.must("up", this.environment, ...options);
  }

  /** Replicas that the storefront is to have here; 0 while there is none. */
  async replicas(): Promise<number> {
    const url = "/apis/argoproj.io/v1alpha1/namespaces/storefront/rollouts/storefront";
    try {
      return (await this.get<{ spec: { replicas: number } }>("federation", url)).spec.replicas;
    } catch {
      return 0;
    }
  }
}

export const second = new SecondPlatform();

let prepared: Promise<void> | undefined;
let isThere = false;
let up: Promise<string> | undefined;

/** Writes its configuration once the shared platform is up: nothing of it runs yet. */
export function secondPlatformPrepared(): Promise<void> {
  prepared ??= (async () => {
    await sharedPlatformUp();
    second.prepareFor({ tags: ">=1.0.0", approval: "required", after: "local" });
    isThere = true;
  })();
  return prepared;
}

/** Brings it up. Later calls wait for the first. */
export function secondPlatformUp(): Promise<string> {
  up ??= (async () => {
    await secondPlatformPrepared();
    return second.must("up", second.environment);
  })();
  return up;
}

/** Removes both when mocha ends, whatever has failed: this one first, as its program is in the shared one's clone. */
export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(300_000);
    try {
      if (isThere) await second.remove();
    } finally {
      await removeSharedPlatform();
    }
  },
};

/** Commits another number of replicas to main of the scratch clone. */
export function commitReplicas(count: number): string {
  const file = path.join(platform.scratch, "apps/storefront/overlays/local/kustomization.yaml");
  const text = fs.readFileSync(file, "utf8");
  fs.writeFileSync(file, text.replace(/count: \d+/, `count: ${count}`));
  platform.git("commit", "-qam", `feat: ${count} replicas`);
  return platform.git("rev-parse", "HEAD");
}

/** A commit beside main, with a tag. */
export function tagAside(tag: string): void {
  const tree = platform.git("rev-parse", "HEAD^{tree}");
  const commit = execFileSync(
    "git",
    ["-C", platform.scratch, "commit-tree", tree, "-p", "HEAD", "-m", "aside"],
    { encoding: "utf8" },
  ).trim();
  platform.git("tag", tag, commit);
}
