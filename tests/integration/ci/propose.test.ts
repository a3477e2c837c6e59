import assert from "node:assert/strict";
import { proposeChange } from "../../../ci/propose";
import { type Asked, FakeGitHub, type Reply } from "./fakeGithub";

const base = "/repos/example/meridian";
const proposal = {
  branch: "images/digests",
  base: "main",
  commit: "c0ffee",
  files: [{ path: "apps/a/kustomization.yaml", text: "a: 1\n" }],
  title: "chore: images of gate",
  body: "- gate",
};

describe("a pull request of a workflow", () => {
  let fake: FakeGitHub | undefined;
  afterEach(() => fake?.end());

  const own = { full_name: "example/meridian" };
  const pull = (number: number, ref: string, repo: object) => ({
    number,
    html_url: `https://github.test/p/${number}`,
    head: { ref, repo },
    base: { repo: own },
  });

  /** GitHub with these branches and pull requests. */
  const serve = (branchExists: boolean, pulls: readonly object[]) => {
    fake = new FakeGitHub(({ method, path }: Asked): Reply => {
      if (path === `${base}/git/commits/c0ffee`) return { body: { tree: { sha: "tree0" } } };
      if (path === `${base}/git/trees`) return { body: { sha: "tree1" } };
      if (path === `${base}/git/commits`) return { body: { sha: "c0mmit" } };
      if (path.startsWith(`${base}/git/ref/`))
        return branchExists ? { body: {} } : { status: 404, body: { message: "Not Found" } };
      if (path.startsWith(`${base}/pulls?`)) return { body: pulls };
      if (path.startsWith(`${base}/pulls/`))
        return { body: { html_url: `https://github.test${path}` } };
      if (method === "POST" && path === `${base}/pulls`)
        return { status: 201, body: { html_url: "https://github.test/p/new" } };
      return { body: {} };
    });
    return fake.start();
  };
  const changes = () =>
    (fake?.asked ?? [])
      .filter(({ method }) => method !== "GET")
      .map(({ method, path, body }) => [`${method} ${path.replace(base, "")}`, body]);

  it("is opened with one commit on the commit that was changed", async () => {
    const theirs = pull(3, "images/digests", { full_name: "somebody/meridian" });
    const github = await serve(false, [theirs, pull(4, "another", own)]);
    assert.equal(await proposeChange(github, proposal), "https://github.test/p/new");
    const { title, body } = proposal;
    assert.deepEqual(changes(), [
      [
        "POST /git/trees",
        {
          base_tree: "tree0",
          tree: [
            { path: "apps/a/kustomization.yaml", mode: "100644", type: "blob", content: "a: 1\n" },
          ],
        },
      ],
      ["POST /git/commits", { message: title, tree: "tree1", parents: ["c0ffee"] }],
      ["POST /git/refs", { ref: "refs/heads/images/digests", sha: "c0mmit" }],
      ["POST /pulls", { title, body, head: "images/digests", base: "main" }],
    ]);
  });

  it("is brought up to date where it is open", async () => {
    const github = await serve(true, [pull(3, "another", own), pull(5, "images/digests", own)]);
    const url = await proposeChange(github, proposal);
    assert.equal(url, `https://github.test${base}/pulls/5`);
    const { title, body } = proposal;
    assert.deepEqual(changes().slice(2), [
      ["PATCH /git/refs/heads/images/digests", { sha: "c0mmit", force: true }],
      ["PATCH /pulls/5", { title, body }],
    ]);
  });
});
