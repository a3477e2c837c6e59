import { at } from "../infra/plan/kubeObject";
import type { GitHub } from "./github";

export interface Proposal {
  /** Branch of the pull request. It is reset to `commit` each time: its earlier content is in the new proposal, or obsolete. */
  readonly branch: string;
  /** Base branch of the pull request. */
  readonly base: string;
  /** The commit whose files were changed. */
  readonly commit: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Also the commit's message. */
  readonly title: string;
  readonly body: string;
}

/**
 * Opens a pull request, or updates the open one of this branch. GitHub makes and signs the commit: no clone needs a key or a
 * token.
 * @returns its address.
 */
export async function proposeChange(github: GitHub, proposal: Proposal): Promise<string> {
  const { branch, base, title, body } = proposal;
  const sha = await commitFiles(github, proposal);
  if ((await github.find(`/git/ref/heads/${branch}`)) === undefined)
    await github.ask("POST", "/git/refs", { ref: `refs/heads/${branch}`, sha });
  else await github.ask("PATCH", `/git/refs/heads/${branch}`, { sha, force: true });
  for await (const pull of github.list(`/pulls?state=open&base=${base}&per_page=100`)) {
    // A fork may have a branch of the same name. Its pull request is not ours.
    if (
      at(pull, "head.ref") !== branch ||
      at(pull, "head.repo.full_name") !== at(pull, "base.repo.full_name")
    )
      continue;
    return addressOf(
      await github.ask("PATCH", `/pulls/${Number(at(pull, "number"))}`, { title, body }),
    );
  }
  return addressOf(await github.ask("POST", "/pulls", { title, body, head: branch, base }));
}

async function commitFiles(github: GitHub, { commit, files, title }: Proposal): Promise<string> {
  const parent = await github.ask("GET", `/git/commits/${commit}`);
  const tree = await github.ask("POST", "/git/trees", {
    base_tree: at(parent, "tree.sha"),
    tree: files.map(({ path, text }) => ({ path, mode: "100644", type: "blob", content: text })),
  });
  const made = await github.ask("POST", "/git/commits", {
    message: title,
    tree: at(tree, "sha"),
    parents: [commit],
  });
  return String(at(made, "sha"));
}

const addressOf = (pull: unknown): string => String(at(pull, "html_url"));
