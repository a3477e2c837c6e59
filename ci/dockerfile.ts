import { type Dockerfile, DockerfileParser, type From, type Instruction } from "dockerfile-ast";
import type { Diagnostic } from "../infra/config/types";

/** One image's Dockerfile, with the ignore file that BuildKit reads. */
export interface DockerfileSource {
  /** E.g. "services/rollout-gate/Dockerfile". */
  readonly path: string;
  readonly text: string;
  /** `Dockerfile.dockerignore`; absent if there is none. */
  readonly ignore?: string;
}

export interface DockerfileReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Base images without a digest: the file may contain them, but no image may be built from it. */
  readonly unpinned: readonly Diagnostic[];
}

/**
 * Whether a Dockerfile follows the conventions of `services/README.md`. Pure. A read-only root file system is not a property of
 * the image: the rules for apps require it of the pod.
 */
export function checkDockerfile(source: DockerfileSource): DockerfileReport {
  const file = DockerfileParser.parse(source.text);
  const froms = file.getFROMs();
  const last = froms.at(-1);
  if (last === undefined) {
    const expected = "stages, each begun by FROM";
    return { diagnostics: [diagnostic(source, undefined, expected, "write it")], unpinned: [] };
  }
  return {
    diagnostics: [
      ...stageDiagnostics(source, froms),
      ...finalStageDiagnostics(source, file, last),
      ...sourceDiagnostics(source, file),
    ],
    unpinned: unpinnedBases(source, froms),
  };
}

const digest = /@sha256:[0-9a-f]{64}$/;

function unpinnedBases(source: DockerfileSource, froms: readonly From[]): Diagnostic[] {
  const stages = froms.map((from) => from.getBuildStage());
  return froms
    .filter((from) => {
      const image = from.getImage() ?? "";
      return image !== "scratch" && !stages.includes(image) && !digest.test(image);
    })
    .map((from) =>
      diagnostic(
        source,
        from,
        "a base image by tag and digest: name:tag@sha256:…",
        "ask the registry for it: docker buildx imagetools inspect name:tag",
      ),
    );
}

function stageDiagnostics(source: DockerfileSource, froms: readonly From[]): Diagnostic[] {
  const building = froms.slice(0, -1);
  const diagnostics = building
    .filter((from) => platformOf(from) !== "$BUILDPLATFORM")
    .map((from) =>
      diagnostic(
        source,
        from,
        "--platform=$BUILDPLATFORM: stages that build run on the builder's own architecture",
        "write FROM --platform=$BUILDPLATFORM …",
      ),
    );
  if (building.length > 0) return diagnostics;
  const expected = "a stage that builds, and a last one that has only what runs";
  return [diagnostic(source, froms[0], expected, "divide it; COPY --from takes what was built")];
}

const platformOf = (from: From): string | undefined =>
  from
    .getFlags()
    .find((flag) => flag.getName() === "platform")
    ?.getValue() ?? undefined;

/** The final image: no command runs during its build, and its process does not run as root. */
function finalStageDiagnostics(
  source: DockerfileSource,
  file: Dockerfile,
  last: From,
): Diagnostic[] {
  const start = last.getRange().start.line;
  const own = file.getInstructions().filter((one) => one.getRange().start.line > start);
  const of = (keyword: string) => own.filter((one) => one.getKeyword() === keyword);
  const diagnostics = of("RUN").map((run) =>
    diagnostic(
      source,
      run,
      "no RUN in the last stage: it would run on an emulated processor, and leave tools behind",
      "do it in the stage that builds, and COPY what it made",
    ),
  );
  const user = of("USER").at(-1);
  if (!/^[1-9]\d*(:[1-9]\d*)?$/.test(user?.getArgumentsContent() ?? "")) {
    const expected = "USER with a number that is not 0: Kubernetes cannot tell who a name is";
    diagnostics.push(diagnostic(source, user, expected, "write USER 65532:65532"));
  }
  const entry = of("ENTRYPOINT").at(-1);
  for (const command of [...(entry === undefined ? [undefined] : [entry]), ...of("CMD")]) {
    if (/^\[.*\]$/s.test(command?.getArgumentsContent() ?? "")) continue;
    const expected = "a program and its arguments as a list: a shell would keep signals from it";
    const remedy = 'write ENTRYPOINT ["…"], and CMD ["…"] where there are arguments';
    diagnostics.push(diagnostic(source, command, expected, remedy));
  }
  return diagnostics;
}

/** Sources of files: only reviewed files may enter an image, and no secrets of the builder's clone. */
function sourceDiagnostics(source: DockerfileSource, file: Dockerfile): Diagnostic[] {
  const diagnostics = file
    .getInstructions()
    .filter((one) => one.getKeyword() === "ADD")
    .map((add) =>
      diagnostic(
        source,
        add,
        "COPY: ADD fetches and unpacks content without verification",
        "write COPY",
      ),
    );
  const first = source.ignore?.split("\n").find((line) => !/^\s*(#|$)/.test(line));
  if (first?.trim() === "*" || first?.trim() === "**") return diagnostics;
  const remedy = `begin ${source.path}.dockerignore with *, then list what is needed after !`;
  const expected = "everything left out but what is named: the context is the whole repository";
  const value = source.ignore === undefined ? "(missing)" : (first ?? "(empty)");
  return [...diagnostics, { path: `${source.path}.dockerignore`, value, expected, remedy }];
}

function diagnostic(
  { path }: DockerfileSource,
  instruction: Instruction | undefined,
  expected: string,
  remedy: string,
): Diagnostic {
  if (instruction === undefined) return { path, value: "(missing)", expected, remedy };
  const [value = ""] = instruction.getTextContent().split("\n");
  return { path, value, expected, remedy, line: instruction.getRange().start.line + 1 };
}
