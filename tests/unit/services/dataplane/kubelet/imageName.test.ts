import * as assert from "node:assert/strict";
import { imageNameError } from "../../../../../services/dataplane/kubelet/imageName";
import { awaitsStart } from "../../../../../services/dataplane/kubelet/pod";
import { startingPod } from "../../../../support/startingPod";

const hex = "0123456789abcdef".repeat(4);

/** References that the container libraries accept. */
const valid = [
  "shop",
  "shop:1",
  "library/shop",
  "ghcr.io/owner/shop:6.9.2",
  "localhost/shop",
  "localhost:5000/shop@sha256:" + hex,
  "registry.example:443/a/b/c__d-e.f:v1.2_3@sha256:" + hex,
  "Registry/shop",
  "[2001:db8::1]:5000/shop:1",
  `shop@sha512:${hex}${hex}`,
];

/** Each with the libraries' own error. */
const invalid: readonly (readonly [string, string])[] = [
  ["", "invalid reference format"],
  [":1", "invalid reference format"],
  ["shop:", "invalid reference format"],
  ["shop:1:2", "invalid reference format"],
  ["a//b", "invalid reference format"],
  ["https://ghcr.io/owner/shop:1", "invalid reference format"],
  ["shop:a tag", "invalid reference format"],
  [`shop:${"a".repeat(129)}`, "invalid reference format"],
  ["shop@sha256:abc", "invalid reference format"],
  [`shop@sha256:${hex.slice(0, 40)}`, "invalid checksum digest length"],
  [`shop@md5:${hex.slice(0, 32)}`, "unsupported digest algorithm"],
  ["Shop", "invalid reference format: repository name (library/Shop) must be lowercase"],
  [
    "ghcr.io/Owner/shop:1",
    "invalid reference format: repository name (Owner/shop) must be lowercase",
  ],
  [hex, `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`],
];

describe("The name of an image", () => {
  for (const image of valid)
    it(`is accepted: ${image}`, () => assert.equal(imageNameError(image), undefined));

  for (const [image, error] of invalid)
    it(`is refused: ${image.slice(0, 60)}`, () => assert.equal(imageNameError(image), error));

  it("is left to KWOK only if it is valid", () => {
    for (const [image] of invalid)
      assert.equal(awaitsStart(startingPod({ containers: [{ name: "app", image }] })), true, image);
  });
});
