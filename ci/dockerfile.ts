import type { Diagnostic } from "../infra/config/types";

/** One image's Dockerfile. */
export interface DockerfileSource {
  /** E.g. "services/rollout-gate/Dockerfile". */
  readonly path: string;
  readonly text: string;
}

const digest = /@sha256:[0-9a-f]{64}$/;

/** Base images without a digest: the file may contain them, but no image may be built from it. */
export function unpinnedBases(source: DockerfileSource): Diagnostic[] {
  const froms = instructions(source, "FROM").map(({ line, value }) => {
    const [image = "", , stage] = value.replace(/^--\S+\s+/, "").split(/\s+/);
    return { line, value, image, stage };
  });
  const stages = froms.map(({ stage }) => stage);
  return froms
    .filter(({ image }) => image !== "scratch" && !stages.includes(image) && !digest.test(image))
    .map(({ line, value }) => ({
      path: source.path,
      value: `FROM ${value}`,
      expected: "a base image by tag and digest: name:tag@sha256:…",
      remedy: "ask the registry for it: docker buildx imagetools inspect name:tag",
      line,
    }));
}

/** A user by name, or root: the kubelet cannot verify that a name is not root's. No linter of Dockerfiles has this rule. */
export function userDiagnostics(source: DockerfileSource): Diagnostic[] {
  const user = instructions(source, "USER").at(-1);
  if (user !== undefined && /^[1-9]\d*(:[1-9]\d*)?$/.test(user.value)) return [];
  return [
    {
      path: source.path,
      value: user === undefined ? "(missing)" : `USER ${user.value}`,
      expected: "USER with a number above 0: the kubelet cannot verify a name",
      remedy: "write USER 65532:65532",
      ...(user && { line: user.line }),
    },
  ];
}

/** The instructions of one kind, without their keyword. Continued lines are not joined. */
export function instructions({ text }: Pick<DockerfileSource, "text">, keyword: string) {
  return text.split("\n").flatMap((line, index) => {
    const [first = "", ...rest] = line.trim().split(/\s+/);
    return first.toUpperCase() === keyword ? [{ line: index + 1, value: rest.join(" ") }] : [];
  });
}
