import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMap, isSeq, parseDocument } from "yaml";
import { appFolders, formatDiagnostics, imagesFile, parseImages } from "../infra/config";
import type { Diagnostic } from "../infra/config/types";
import { repositoryRoot } from "../infra/providers/local/instance";
import { overlayPath } from "../infra/plan/apps";
import { platformImages } from "../infra/config/reserved";
import { accessFrom, GitHub } from "./github";
import { type BuiltImage, readDigests } from "./digests";
import { imageReference, registries, type Registry } from "./images";
import { proposeChange } from "./propose";
import { runScript } from "./script";

/** A file of the repository, with its new text. */
export interface FileChange {
  readonly path: string;
  readonly text: string;
}

/**
 * A kustomization with an image pinned to a digest; undefined if its `images` do not name the image. Comments and everything
 * else stay unchanged. Pure.
 *
 * @param name as in the base's manifests, e.g. "rollout-gate".
 * @param reference the image's location, without tag and digest.
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
  // kustomize would keep the tag, which has no effect beside a digest.
  entry.delete("newTag");
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** The files to write, and the diagnostics that prevent writing them. */
export interface Pins {
  readonly changes: readonly FileChange[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The file changes that make these images run everywhere: the platform's own in the environments' folder, all others in every
 * overlay that names them. An image that no overlay of an environment names is a mistake.
 */
export function pinImages(
  repository: string,
  images: readonly BuiltImage[],
  to: readonly Registry[],
): Pins {
  const isOwn = ({ image }: BuiltImage) => platformImages.includes(image);
  const others = images.filter((one) => !isOwn(one));
  const own = pinPlatformImages(repository, images.filter(isOwn));
  const apps = pinInOverlays(repository, others, to);
  const diagnostics = [...own.diagnostics, ...apps.diagnostics];
  return { changes: [...own.changes, ...apps.changes], diagnostics };
}

/** One digest is valid in every registry, so the file lists each image once. */
function pinPlatformImages(repository: string, images: readonly BuiltImage[]): Pins {
  const path = `environments/${imagesFile}`;
  const before = textOf(repository, path);
  const known = parseImages(before === "" ? "{}" : before);
  if (!known.ok) {
    const diagnostics = known.diagnostics.map((one) => ({ ...one, path: `${path}: ${one.path}` }));
    return { changes: [], diagnostics };
  }
  const digests = new Map(Object.entries(known.images));
  for (const { image, digest } of images) digests.set(image, digest);
  const changed = images.some(({ image, digest }) => known.images[image] !== digest);
  if (!changed) return { changes: [], diagnostics: [] };
  const sorted = [...digests].sort(([one], [other]) => one.localeCompare(other));
  const text = `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
  return { changes: [{ path, text }], diagnostics: [] };
}

/** Empty if the file does not exist. */
function textOf(repository: string, path: string): string {
  const file = join(repository, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function pinInOverlays(
  repository: string,
  images: readonly BuiltImage[],
  to: readonly Registry[],
): Pins {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const { image, digest } of images) {
    for (const registry of to) {
      const pin = { name: image, reference: imageReference(registry, image), digest };
      const paths = appFolders(join(repository, "apps")).map(
        (app) => `${overlayPath(app, registry.environment)}/kustomization.yaml`,
      );
      const pinned = paths.flatMap((path) => {
        const after = pinImage(texts.get(path) ?? textOf(repository, path), pin);
        return after === undefined ? [] : [{ path, after }];
      });
      for (const { path, after } of pinned) texts.set(path, after);
      if (pinned.length === 0) diagnostics.push(unnamed(image, registry.environment));
    }
  }
  const changes = [...texts].map(([path, text]) => ({ path, text }));
  const changed = changes.filter(({ path, text }) => textOf(repository, path) !== text);
  return { changes: changed, diagnostics };
}

const unnamed = (image: string, environment: string): Diagnostic => ({
  path: `apps/*/overlays/${environment}/kustomization.yaml`,
  value: "(missing)",
  expected: `an entry of images with the name ${image}`,
  remedy: `add to the app that runs it: images: [{ name: ${image}, newTag: none }]`,
});

/** Branch of the pull request. At most one is open at a time. */
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
  const { changes, diagnostics } = pinImages(repositoryRoot, images, registries());
  if (diagnostics.length > 0) {
    console.error(formatDiagnostics(diagnostics, "the repository"));
    return 1;
  }
  if (changes.length === 0) {
    console.log("These images are pinned already.");
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
