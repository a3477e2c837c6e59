import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { appFolders, appNames } from "../../infra/config";
import type { RenderedSide } from "../../infra/plan/appChanges";
import { kustomizeBuild } from "../apps/kustomize";
import { inParallel } from "../apps/parallel";
import { toolPath } from "../../toolchain";
import { git } from "./git";
import type { Revision } from "./revisions";

/** The objects from which Argo CD itself starts: rendered in addition to the apps. */
export const bootstrap = "bootstrap";

/**
 * Renders every app of an environment, and `bootstrap`, at a revision.
 * @param overlays the overlays to render.
 */
export async function renderAt(
  clone: string,
  revision: Revision,
  overlays: string,
  signal: AbortSignal,
): Promise<RenderedSide> {
  switch (revision.kind) {
    case "nothing":
      return { overlays: new Map(), apps: new Set() };
    case "work tree":
      return renderTree(clone, overlays, signal);
    case "commit":
      return withTree(clone, revision.commit, (tree) => renderTree(tree, overlays, signal));
  }
}

async function renderTree(
  tree: string,
  overlays: string,
  signal: AbortSignal,
): Promise<RenderedSide> {
  const root = fs.realpathSync(tree);
  const apps = path.join(root, "apps");
  const names = appNames(root, overlays);
  const folders = new Map(names.map((name) => [name, path.join(apps, name, "overlays", overlays)]));
  if (fs.existsSync(path.join(apps, bootstrap))) folders.set(bootstrap, path.join(apps, bootstrap));
  const kustomize = toolPath("kustomize");
  const built = await inParallel([...folders], async ([name, folder]) => {
    signal.throwIfAborted();
    return [name, await kustomizeBuild(kustomize, folder, root)] as const;
  });
  return { overlays: new Map(built), apps: new Set([...appFolders(apps), bootstrap]) };
}

/**
 * Checks a commit out into a temporary folder, with an index of its own: the clone's work tree and index stay unchanged, and a
 * killed run leaves no entry in the list of work trees.
 */
async function withTree<T>(
  clone: string,
  commit: string,
  action: (tree: string) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "meridian-tree-"));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  try {
    const tree = path.join(folder, "tree");
    const environment = { GIT_INDEX_FILE: path.join(folder, "index") };
    // A split index would be shared with the clone's, and a sparse one omits files.
    const plain = ["-c", "core.splitIndex=false", "-c", "core.sparseCheckout=false"];
    await git(clone, [...plain, "read-tree", commit], { environment });
    const all = ["checkout-index", "--all", "--force", `--prefix=${tree}/`];
    await git(clone, [...plain, ...all], { environment });
    fs.mkdirSync(tree, { recursive: true });
    return await action(tree);
  } finally {
    remove();
    process.off("exit", remove);
  }
}
