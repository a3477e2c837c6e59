import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { lintDockerfiles } from "../../../ci/checkImages";
import { unpinnedBases, userDiagnostics } from "../../../ci/dockerfile";
import { readDockerfiles } from "../../../ci/images";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { ensureTools } from "../../../toolchain";
import { makeFolder } from "../../support/folder";

const digest = `sha256:${"0a".repeat(32)}`;

/** Valid; each test changes one place. */
const valid = `FROM --platform=$BUILDPLATFORM node:24-slim@${digest} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci

FROM node:24-distroless@${digest}
COPY --from=build /build/out /app
USER 65532:65532
ENTRYPOINT ["node", "/app/main.js"]
`;

describe("check:images", function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof makeFolder>;
  before(() => ensureTools(["hadolint"], () => undefined));
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());
  const lint = (text: string) => {
    fs.writeFileSync(path.join(folder.dir, "Dockerfile"), text);
    return lintDockerfiles(["Dockerfile"], folder.dir);
  };
  const source = (text: string) => ({ path: "services/gate/Dockerfile", text });

  it("accepts a valid file, and every file of this repository", async () => {
    assert.equal(await lint(valid), undefined);
    assert.deepEqual([unpinnedBases(source(valid)), userDiagnostics(source(valid))], [[], []]);
    const own = readDockerfiles(repositoryRoot);
    assert.ok(own.length > 0);
    assert.deepEqual(own.flatMap(userDiagnostics), []);
    const paths = own.map((file) => file.path);
    assert.equal(await lintDockerfiles(paths, repositoryRoot), undefined);
  });

  for (const [what, from, to, rule] of [
    ["ADD", "COPY package.json package-lock.json ./", "ADD package.json ./", /DL3020/],
    ["a shell's entry point", '["node", "/app/main.js"]', "node /app/main.js", /DL3025/],
    ["a base image without a tag", /node:24-slim@\S+/, "node", /DL3006/],
    ["a file that does not parse", "WORKDIR", "WORKDIRS", /^Dockerfile:2:8 /],
  ] as const)
    it(`reports ${what}, by hadolint's own rule`, async () => {
      assert.match((await lint(valid.replace(from, to))) ?? "", rule);
    });

  for (const [what, user] of [
    ["root", "USER 0\n"],
    ["root's group", "USER 65532:0\n"],
    ["a name", "USER node\n"],
    ["no user", ""],
    ["a later name", "USER 65532:65532\nUSER root\n"],
  ] as const)
    it(`refuses ${what} as the user`, () => {
      const [found] = userDiagnostics(source(valid.replace("USER 65532:65532\n", user)));
      assert.match(found?.expected ?? "", /a number above 0/);
    });

  it("reports base images without a digest, but not stages and scratch", () => {
    const found = unpinnedBases(source(valid.replaceAll(`@${digest}`, "")));
    assert.deepEqual(
      found.map(({ line, value }) => [line, value]),
      [
        [1, "FROM --platform=$BUILDPLATFORM node:24-slim AS build"],
        [6, "FROM node:24-distroless"],
      ],
    );
    assert.equal(unpinnedBases(source(valid.replaceAll(digest, "sha256:0a0a"))).length, 2);
    const others = `${valid}FROM build AS more\nFROM scratch\n`;
    assert.deepEqual(unpinnedBases(source(others)), []);
  });
});
