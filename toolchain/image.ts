import { createHash } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { list, x as extract } from "tar";
import * as z from "zod";
import { download } from "./download";
import type { Job, Run } from "./run";
import { type Arch, type ImageSource, ToolchainError } from "./types";

const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) });
const platform = z.object({ os: z.string(), architecture: z.string() });
const indexSchema = z.object({
  manifests: z.array(descriptor.extend({ platform: platform.optional() })),
});
const manifestSchema = z.object({ layers: z.array(descriptor) });

const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The host that implements the registry protocol: images of "docker.io" are served by another host. */
export const registryOrigin = (host: string): string =>
  `https://${host === "docker.io" ? "index.docker.io" : host}`;

/** Extracts one executable from an image: every manifest and layer is checked against its digest. */
export async function fetchFromImage(source: ImageSource, job: Job): Promise<void> {
  const base = `${registryOrigin(source.host)}/v2/${source.repository}`;
  const name = `${source.host}/${source.repository}:${source.reference}`;
  job.say({ phase: "downloading", fraction: 0, message: name });
  const token = await anonymousToken(base, source, job.run);
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const layers = await layersOf(base, source.reference, headers, job.run);
  // The last instruction of the image's Dockerfile adds the program, so search from the last layer.
  for (const { digest } of layers.reverse()) {
    const blob = path.join(job.scratch, digest.slice("sha256:".length));
    const options = { sha256: path.basename(blob), run: job.run, headers, say: job.say };
    await download(`${base}/blobs/${digest}`, blob, options);
    const found = await takeFile(blob, source.path, job);
    await rm(blob, { force: true });
    if (found) return;
  }
  throw new ToolchainError(`${name} does not contain ${source.path}`);
}

/** A registry that requires a token, even for anonymous access, names its token endpoint. */
async function anonymousToken(
  base: string,
  source: ImageSource,
  run: Run,
): Promise<string | undefined> {
  const response = await run.network.open(`${base}/manifests/${source.reference}`, {
    method: "HEAD",
    headers: { accept: accepted },
  });
  await response.body?.cancel();
  if (response.status !== 401) return undefined;
  const challenge = response.headers.get("www-authenticate") ?? "";
  const field = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1];
  const realm = field("realm");
  if (realm === undefined) throw new ToolchainError(`${base} asks for a login it does not explain`);
  const url = new URL(realm);
  url.searchParams.set("service", field("service") ?? "");
  url.searchParams.set("scope", `repository:${source.repository}:pull`);
  const answer = await run.network.open(url.href);
  if (!answer.ok) throw new ToolchainError(`${url.host} gave no token: ${answer.status}`);
  const body = z
    .object({ token: z.string().optional(), access_token: z.string().optional() })
    .parse(await answer.json());
  return body.token ?? body.access_token;
}

async function layersOf(
  base: string,
  reference: string,
  headers: Record<string, string>,
  run: Run,
): Promise<z.infer<typeof descriptor>[]> {
  const top = await manifest(base, reference, headers, run);
  const index = indexSchema.safeParse(top);
  if (!index.success) return manifestSchema.parse(top).layers;
  const digest = forPlatform(index.data, run.arch);
  if (digest === undefined) throw new ToolchainError(`${base}: no image for linux/${run.arch}`);
  return manifestSchema.parse(await manifest(base, digest, headers, run)).layers;
}

function forPlatform(index: z.infer<typeof indexSchema>, arch: Arch): string | undefined {
  return index.manifests.find(
    (item) => item.platform?.os === "linux" && item.platform.architecture === arch,
  )?.digest;
}

async function manifest(
  base: string,
  reference: string,
  headers: Record<string, string>,
  run: Run,
): Promise<unknown> {
  const url = `${base}/manifests/${reference}`;
  const response = await run.network.open(url, { headers: { ...headers, accept: accepted } });
  if (!response.ok) throw new ToolchainError(`${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  // A tag alone proves nothing: the registry's digest for it is compared with the bytes.
  const expected = reference.startsWith("sha256:")
    ? reference
    : response.headers.get("docker-content-digest");
  if (expected !== null && expected !== digest)
    throw new ToolchainError(`${url} was refused: its digest is ${digest}, expected ${expected}`);
  return JSON.parse(bytes.toString());
}

async function takeFile(layer: string, wanted: string, job: Job): Promise<boolean> {
  const isWanted = (name: string) => path.posix.join("/", name) === wanted;
  let found = false;
  await list({
    file: layer,
    onReadEntry: (entry) => {
      found ||= entry.type === "File" && isWanted(entry.path);
    },
  });
  if (!found) return false;
  const folder = path.join(job.scratch, "layer");
  await mkdir(folder, { recursive: true });
  await extract({ file: layer, cwd: folder, filter: isWanted });
  await rename(path.join(folder, wanted), path.join(job.into, job.pin.name));
  return true;
}
