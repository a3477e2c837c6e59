import assert from "node:assert/strict";
import { readEnvironmentFile } from "../../../infra/config";
import { GitHub } from "../../../ci/github";
import { checkStaged } from "../../../ci/staged";
import { configFile } from "../../../operations/environmentFiles";
import { FakeGitHub } from "./fakeGithub";

const commit = "0123456789abcdef0123456789abcdef01234567";
const production = readEnvironmentFile(configFile("production"), "production");

describe("a commit that is to go to production", () => {
  let fake: FakeGitHub | undefined;
  afterEach(async () => {
    await fake?.end();
    fake = undefined;
  });

  const check = async (runs: readonly object[]) => {
    await fake?.end();
    fake = new FakeGitHub(() => ({ body: { total_count: runs.length, workflow_runs: runs } }));
    return checkStaged(production, commit, await fake.start());
  };
  const succeeded = { status: "completed", conclusion: "success" };
  const failed = { status: "completed", conclusion: "failure" };
  const running = { status: "in_progress", conclusion: null };

  it("goes on when staging's workflow has brought it up, whatever other runs did", async () => {
    assert.equal(await check([running, failed, succeeded]), "staging");
    assert.deepEqual(
      fake?.asked.map(({ method, path }) => [method, path]),
      [
        [
          "GET",
          `/repos/example/meridian/actions/workflows/staging.yml/runs?head_sha=${commit}&per_page=100`,
        ],
      ],
    );
  });

  it("is refused when staging has never seen it, or could not bring it up", async () => {
    await assert.rejects(check([]), /0123456 is not released to production: staging has no run/);
    await assert.rejects(check([failed]), /no run of it that succeeded.*again for it, or tag/);
  });

  it("has to wait while staging's run is not over", async () => {
    await assert.rejects(check([failed, running]), /is not over\. Run this job again/);
  });

  it("is asked for nothing where no environment comes before", async () => {
    const track = { kind: "tags", tags: "*", approval: "required" } as const;
    const free = { ...production, delivery: { ...production.delivery, track } };
    const nobody = new GitHub({ apiUrl: "http://127.0.0.1:1", token: "t", repository: "a/b" });
    assert.equal(await checkStaged(free, commit, nobody), undefined);
  });
});
