import table from "./imageFacts.json";
import type { LookedUp } from "./versions";

/** The declarations of an image that decide whether the kubelet can start it. */
export interface ImageFacts {
  /** As in the Dockerfile: a name, a number, or both with a group. Empty: root. */
  readonly user: string;
  /** Entrypoint and arguments of the image. Empty: the pod has to name a command. */
  readonly start: readonly string[];
  /** Architectures of the image's index. */
  readonly architectures: readonly string[];
}

const facts: Readonly<Record<string, ImageFacts & LookedUp>> = table;

/** Repositories that the table describes. */
export const knownRepositories: readonly string[] = Object.keys(facts);

/** The facts of an image by its reference; undefined if the table has no row for its repository. */
export function imageFacts(image: string): (ImageFacts & LookedUp) | undefined {
  const repository = repositoryOf(image);
  return Object.hasOwn(facts, repository) ? facts[repository] : undefined;
}

/** "registry:5000/team/app" of "registry:5000/team/app:1.2.3@sha256:…". */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

/**
 * Whether the kubelet can verify that an image's own user is not root. It compares numbers only: it refuses a name with
 * `CreateContainerConfigError`, even if the name is not root's.
 */
export function hasNumericUser({ user }: Pick<ImageFacts, "user">): boolean {
  return /^[1-9]\d*(:.*)?$/.test(user);
}
