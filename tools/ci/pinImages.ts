import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMap, isSeq, parseDocument } from "yaml";
import { appFolders, formatProblems } from "../../infra/config";
import type { Problem } from "../../infra/config/types";
import { repositoryRoot } from "../../infra/local/instance";
import { overlayPath } from "../../infra/plan/apps";
import { accessFrom, GitHub } from "./github";
import { type BuiltImage, readDigests } from "./digests";
import { imageReference, registries, type Registry } from "./images";
import { proposeChange } from "./propose";
import { runScript } from "./script";

/** A file of the repository, and what it is to say. */
export interface FileChange {
  readonly path: string;
  readonly text: string;
}

/**
 * A kustomization in which an image is pinned to a digest; undefined where its `images` do not name it. Comments and
 * all else stay as they are. Pure.
 *
 * @param name as the base's manifests have it, e.g. "rollout-gate".
 * @param reference where the image is, without tag and digest.
 */
export function pinImage(
  text: string,
  { name, reference, digest }: { name: string; reference: string; digest: string },
): string | undefined {
  const document = parseDocument(text);
  const images = document.get("images");
  if (!isSeq(images)) return undefined;
  const entry = images.items.find((item) => isMap(item) && item.get("name") === name);
  if (!isMap(entry)) return undefined;
  entry.set("newName", reference);
  entry.set("digest", digest);
  // kustomize takes the tag along, and a tag beside a digest says nothing.
  entry.delete("newTag");
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** What has to be written so that every overlay runs these images, and images that no overlay names. */
export function pinImages(
  repository: string,
  images: readonly BuiltImage[],
  to: readonly Registry[],
): { changes: FileChange[]; problems: Problem[] } {
  const texts = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { image, digest } of images) {
    for (const registry of to) {
      const pin = { name: image, reference: imageReference(registry, image), digest };
      const paths = appFolders(join(repository, "apps")).map(
        (app) => `${overlayPath(app, registry.environment)}/kustomization.yaml`,
      );
      const pinned = paths.flatMap((path) => {
        const full = join(repository, path);
        const before = texts.get(path) ?? (existsSync(full) ? readFileSync(full, "utf8") : "");
        const after = pinImage(before, pin);
        return after === undefined ? [] : [{ path, after }];
      });
      for (const { path, after } of pinned) texts.set(path, after);
      if (pinned.length === 0) problems.push(unnamed(image, registry.environment));
    }
  }
  const changes = [...texts].map(([path, text]) => ({ path, text }));
  const changed = changes.filter(
    ({ path, text }) => readFileSync(join(repository, path), "utf8") !== text,
  );
  return { changes: changed, problems };
}

const unnamed = (image: string, environment: string): Problem => ({
  path: `apps/*/overlays/${environment}/kustomization.yaml`,
  value: "(missing)",
  expected: `an entry of images with the name ${image}`,
  mend: `add to the app that runs it: images: [{ name: ${image}, newTag: none }]`,
});

/** The branch of the pull request, of which there is one at a time. */
const branch = "images/digests";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      digests: { type: "string", default: join(repositoryRoot, ".meridian/.ci/digests") },
      base: { type: "string", default: "main" },
      commit: { type: "string", default: "" },
    },
  });
  const images = readDigests(values.digests);
  const { changes, problems } = pinImages(repositoryRoot, images, registries());
  if (problems.length > 0) {
    console.error(formatProblems(problems, "apps"));
    return 1;
  }
  if (changes.length === 0) {
    console.log("Every overlay has these images already.");
    return 0;
  }
  const access = accessFrom(process.env);
  if (access === undefined) {
    for (const { path, text } of changes) writeFileSync(join(repositoryRoot, path), text);
    console.log(changes.map(({ path }) => path).join("\n"));
    return 0;
  }
  const names = images.map(({ image }) => image).join(", ");
  const url = await proposeChange(new GitHub(access), {
    branch,
    base: values.base,
    commit: values.commit,
    files: changes,
    title: `chore: images of ${names}`,
    body: images.map(({ image, digest }) => `- \`${image}\`: \`${digest}\``).join("\n"),
  });
  console.log(url);
  return 0;
}

if (require.main === module) void runScript(main);
