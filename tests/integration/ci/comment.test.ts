import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { postComment } from "../../../ci/comment";
import { accessFrom } from "../../../ci/github";
import { writePart } from "../../../ci/part";
import { longestComment, marker } from "../../../ci/report";
import { makeFolder } from "../../support/folder";
import { type Asked, FakeGitHub, type Reply } from "./fakeGithub";

const comments = "/repos/example/meridian/issues/12/comments";
const created = { status: 201, body: { html_url: "https://github.test/c/new" } };

describe("the comment of a pull request", () => {
  let fake: FakeGitHub | undefined;
  afterEach(() => fake?.end());

  const serve = (reply: (asked: Asked) => Reply) => {
    fake = new FakeGitHub(reply);
    return fake.start();
  };

  it("is created where there is none of ours", async () => {
    const github = await serve(({ method }) =>
      method === "POST"
        ? created
        : {
            body: [
              { id: 1, body: `> ${marker}` },
              { id: 2, body: null },
            ],
          },
    );
    assert.equal(await postComment(github, 12, `${marker}\nnew`), "https://github.test/c/new");
    assert.deepEqual(fake?.asked, [
      { method: "GET", path: `${comments}?per_page=100`, body: undefined },
      { method: "POST", path: comments, body: { body: `${marker}\nnew` } },
    ]);
    assert.equal(fake?.headers[0]?.authorization, "Bearer t0ken");
  });

  it("is updated in place, on whatever page it is", async () => {
    const github = await serve(({ method, path }) => {
      if (method === "PATCH") return { body: { html_url: "https://github.test/c/7" } };
      if (path.includes("page=2")) return { body: [{ id: 7, body: `${marker}\nold` }] };
      return { body: [{ id: 1, body: "hello" }], next: `${comments}?per_page=100&page=2` };
    });
    assert.equal(await postComment(github, 12, "new"), "https://github.test/c/7");
    assert.deepEqual(fake?.asked.at(-1), {
      method: "PATCH",
      path: "/repos/example/meridian/issues/comments/7",
      body: { body: "new" },
    });
  });

  it("says what GitHub refused, and what may be wrong, without the token", async () => {
    const github = await serve(() => ({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    }));
    await assert.rejects(postComment(github, 12, "new"), (error: Error) => {
      assert.match(error.message, /answered 403: Resource not accessible.*`permissions`/);
      assert.ok(!error.message.includes("t0ken"));
      return true;
    });
  });
});

describe("access to GitHub", () => {
  it("is there with a token only", () => {
    assert.equal(accessFrom({}), undefined);
    assert.equal(accessFrom({ GITHUB_TOKEN: "" }), undefined);
    assert.deepEqual(accessFrom({ GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "a/b" }), {
      apiUrl: "https://api.github.com",
      token: "t",
      repository: "a/b",
    });
    assert.throws(() => accessFrom({ GITHUB_TOKEN: "t" }), /GITHUB_REPOSITORY is not set/);
  });
});

describe("npm run ci:comment", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;
  let fake: FakeGitHub;

  beforeEach(async () => {
    folder = makeFolder();
    fake = new FakeGitHub(({ method }) => (method === "POST" ? created : { body: [] }));
    await fake.start();
    // Each job's part is in a folder of its own.
    for (const environment of ["staging", "production"])
      writePart(join(folder.dir, `part-${environment}`), {
        environment,
        preview: { kind: "done", text: "no change\n".repeat(20_000) },
        difference: { kind: "done", text: "no difference" },
      });
  });
  afterEach(async () => {
    await fake.end();
    folder.remove();
  });

  const run = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const script = ["tsx", "ci/comment.ts", "--parts", folder.dir, ...args];
    const child = spawn("npx", script, {
      cwd: repositoryRoot,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    return { code, output };
  };

  it("prints the comment where there is no token", async () => {
    const { code, output } = await run(["--pull-request", "12"], {});
    assert.equal(code, 0);
    assert.match(output, /### production[^]*### staging/);
    assert.deepEqual(fake.asked, []);
  });

  it("posts what fits, and puts all of it into the run's summary", async () => {
    const summary = join(folder.dir, "summary.md");
    const { code, output } = await run(["--pull-request", "12", "--checks", "failure"], {
      GITHUB_TOKEN: "t0ken",
      GITHUB_REPOSITORY: "example/meridian",
      GITHUB_API_URL: fake.apiUrl,
      GITHUB_STEP_SUMMARY: summary,
    });
    assert.equal(code, 0, output);
    assert.match(output, /https:\/\/github\.test\/c\/new/);
    const { body } = fake.asked.at(-1)?.body as { body: string };
    assert.ok(body.length <= longestComment);
    assert.match(body, /Checks and tests: \*\*failure\*\*[^]*more lines are left out/);
    assert.ok(readFileSync(summary, "utf8").length > 400_000);
  });

  it("refuses what is no pull request's number", async () => {
    const env = { GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "a/b", GITHUB_API_URL: fake.apiUrl };
    const { code, output } = await run(["--pull-request", "x"], env);
    assert.equal(code, 1);
    assert.match(output, /takes a number, not "x"/);
  });
});
