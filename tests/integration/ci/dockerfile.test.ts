import assert from "node:assert/strict";
import { checkDockerfile } from "../../../ci/dockerfile";

const digest = `sha256:${"0a".repeat(32)}`;

/** Without a mistake; each test breaks it in one place. */
const good = `# syntax=docker/dockerfile:1
ARG NODE=24
FROM --platform=$BUILDPLATFORM node:24-slim@${digest} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY services services

FROM node:24-distroless@${digest}
COPY --from=build /build/out /app
USER 65532:65532
ENTRYPOINT ["node", "/app/main.js"]
CMD ["--verbose"]
`;

const check = (text: string, ignore: string | undefined = "# all but\n*\n!services\n") =>
  checkDockerfile({
    path: "services/gate/Dockerfile",
    text,
    ...(ignore !== undefined && { ignore }),
  });

describe("a service's Dockerfile", () => {
  it("is right as the convention has it", () => {
    assert.deepEqual(check(good), { diagnostics: [], unpinned: [] });
  });

  it("may have any number of stages that build, from one another and from nothing", () => {
    const more = good.replace(
      "FROM node:24-distroless",
      "FROM --platform=$BUILDPLATFORM build AS more\nRUN true\nFROM node:24-distroless",
    );
    const scratch = good.replace(/FROM node:24-distroless@\S+/, "FROM scratch");
    for (const text of [more, scratch])
      assert.deepEqual(check(text), { diagnostics: [], unpinned: [] });
  });

  it("tells a base image without a digest apart from what is wrong", () => {
    const { diagnostics, unpinned } = check(good.replaceAll(`@${digest}`, ""));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      unpinned.map(({ line, value }) => [line, value]),
      [
        [3, "FROM --platform=$BUILDPLATFORM node:24-slim AS build"],
        [9, "FROM node:24-distroless"],
      ],
    );
    const short = check(good.replaceAll(digest, "sha256:0a0a"));
    assert.equal(short.unpinned.length, 2);
  });

  for (const [what, from, to, line, expected] of [
    [
      "a shell's entry point",
      'ENTRYPOINT ["node", "/app/main.js"]',
      "ENTRYPOINT node /app",
      12,
      /as a list/,
    ],
    ["a shell's arguments", 'CMD ["--verbose"]', "CMD --verbose", 13, /as a list/],
    ["no entry point", 'ENTRYPOINT ["node", "/app/main.js"]\n', "", undefined, /as a list/],
    ["root", "USER 65532:65532", "USER 0", 11, /number that is not 0/],
    ["root's group", "USER 65532:65532", "USER 65532:0", 11, /number that is not 0/],
    ["a user by name", "USER 65532:65532", "USER node", 11, /number that is not 0/],
    ["no user", "USER 65532:65532\n", "", undefined, /number that is not 0/],
    ["a later user", "ENTRYPOINT", "USER root\nENTRYPOINT", 12, /number that is not 0/],
    [
      "a run in the end",
      "USER 65532",
      "RUN chmod +x /app\nUSER 65532",
      11,
      /no RUN in the last stage/,
    ],
    ["another platform's build", "--platform=$BUILDPLATFORM ", "", 3, /--platform=\$BUILDPLATFORM/],
    ["ADD", "COPY services services", "ADD https://x.test/a.tgz .", 7, /COPY: ADD fetches/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      assert.ok(good.includes(from));
      const { diagnostics } = check(good.replace(from, to));
      assert.equal(diagnostics.length, 1);
      assert.equal(diagnostics[0]?.line, line);
      assert.match(diagnostics[0]?.expected ?? "", expected);
    });
  }

  it("is refused with one stage, and with none", () => {
    const [, last = ""] = good.split(/\n\n/);
    assert.match(check(last).diagnostics[0]?.expected ?? "", /a stage that builds, and a last one/);
    assert.match(check("# nothing\n").diagnostics[0]?.expected ?? "", /stages, each begun by FROM/);
  });

  it("is refused where the builder would see the whole repository", () => {
    const found = (ignore: string | undefined) =>
      checkDockerfile({
        path: "a/Dockerfile",
        text: good,
        ...(ignore !== undefined && { ignore }),
      }).diagnostics.map(({ path, value }) => [path, value]);
    const path = "a/Dockerfile.dockerignore";
    assert.deepEqual(found(undefined), [[path, "(missing)"]]);
    assert.deepEqual(found("node_modules\n*\n"), [[path, "node_modules"]]);
    assert.deepEqual(found("# only words\n"), [[path, "(empty)"]]);
  });
});
