import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { repositoryRoot } from "../infra/providers/local/instance";
import { CommandError } from "../operations/errors";
import { imageNames, imageReference, registries } from "./images";
import { writeDigest } from "./digests";
import { runScript } from "./script";

/** Parameters of one service's image build. */
export interface ImageBuild {
  readonly image: string;
  readonly commit: string;
  /** Distinguishes builds of one commit: tags in the registries are never moved. */
  readonly attempt: string;
  /** Names without tags, one per registry: all receive the same image. */
  readonly references: readonly string[];
}

/** Arguments of `docker` that build and push one image for both architectures, with its bill of materials. Pure. */
export function buildArguments(build: ImageBuild, metadataFile: string): string[] {
  const { image, commit, attempt, references } = build;
  return [
    ...["buildx", "build", "--platform", "linux/amd64,linux/arm64"],
    ...["--file", `services/${image}/Dockerfile`],
    ...["--sbom=true", "--provenance=mode=max"],
    ...["--label", `org.opencontainers.image.revision=${commit}`],
    ...references.flatMap((reference) => ["--tag", `${reference}:${commit}-${attempt}`]),
    ...["--push", "--metadata-file", metadataFile, "."],
  ];
}

/** Arguments of `cosign`: they sign the digest, independently of any tag. Pure. */
export function signArguments(reference: string, digest: string): string[] {
  return ["sign", "--yes", "--recursive", `${reference}@${digest}`];
}

const metadata = z.object({ "containerimage.digest": z.string().regex(/^sha256:[0-9a-f]{64}$/) });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      commit: { type: "string" },
      attempt: { type: "string", default: "1" },
      out: { type: "string", default: join(repositoryRoot, ".meridian/.ci/digests") },
    },
  });
  const [image = ""] = positionals;
  const known = imageNames(repositoryRoot);
  const { commit, attempt, out } = values;
  if (!known.includes(image) || commit === undefined)
    throw new CommandError(
      "Usage: npm run images:build -- <image> --commit SHA [--attempt N] [--out FOLDER]\n" +
        `Images: ${known.join(", ") || "none, as no service has a Dockerfile"}.`,
    );
  const references = registries().map((one) => imageReference(one, image));
  const file = join(mkdtempSync(join(tmpdir(), "meridian-image-")), "metadata.json");
  await run("docker", buildArguments({ image, commit, attempt, references }, file));
  const { "containerimage.digest": digest } = metadata.parse(
    JSON.parse(readFileSync(file, "utf8")),
  );
  for (const reference of references) await run("cosign", signArguments(reference, digest));
  writeDigest(out, { image, digest });
  console.log(`${image}@${digest}`);
  return 0;
}

/** Passes the program's output to the terminal: a build takes minutes. */
async function run(file: string, args: readonly string[]): Promise<void> {
  // execa is ESM: a static import of it cannot be loaded here.
  const { execa } = await import("execa");
  const { failed, shortMessage } = await execa(file, [...args], {
    cwd: repositoryRoot,
    stdio: "inherit",
    reject: false,
  });
  if (failed) throw new CommandError(`${shortMessage ?? file}. Nothing was pinned.`);
}

if (require.main === module) void runScript(main);
