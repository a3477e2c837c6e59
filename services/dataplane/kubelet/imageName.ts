const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const domain = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const digest = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";

/** A reference with its domain. */
const reference = new RegExp(
  `^${domain}/${component}(?:/${component})*(?::\\w[\\w.-]{0,127})?(?:@(${digest}))?$`,
);

/** Length of the hexadecimal part of the digests that registries use, by algorithm. */
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Why an image reference cannot be parsed, as the container libraries say it; undefined if it can. A missing domain is completed as
 * they do. Pure.
 */
export function imageNameError(image: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(image))
    return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  const { host, rest } = split(image);
  const name = rest.split(":", 1)[0] ?? "";
  if (name !== name.toLowerCase())
    return `invalid reference format: repository name (${name}) must be lowercase`;
  const match = reference.exec(`${host}/${rest}`);
  if (match === null) return "invalid reference format";
  const [algorithm = "", hex = ""] = match[1]?.split(":") ?? [];
  if (algorithm === "") return undefined;
  const length = digestLengths[algorithm];
  if (length === undefined) return "unsupported digest algorithm";
  if (hex.length !== length) return "invalid checksum digest length";
  return hex === hex.toLowerCase() ? undefined : "invalid checksum digest format";
}

/** The first part is a registry if it looks like one; otherwise the image is one of Docker Hub. */
function split(image: string): { readonly host: string; readonly rest: string } {
  const slash = image.indexOf("/");
  const first = image.slice(0, slash);
  if (slash === -1) return { host: "docker.io", rest: `library/${image}` };
  if (first !== "localhost" && !/[.:]/.test(first) && first === first.toLowerCase())
    return { host: "docker.io", rest: image };
  const rest = image.slice(slash + 1);
  return {
    host: first,
    rest: first === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest,
  };
}
