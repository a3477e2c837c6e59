import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { check } from "prettier";
import { readImages } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { buildArguments, signArguments } from "../../../ci/buildImage";
import { readDigests, writeDigest } from "../../../ci/digests";
import { imageNames, imageReference, readDockerfiles, registries } from "../../../ci/images";
import { pinImage, pinImages } from "../../../ci/pinImages";
import { makeFolder } from "../../support/folder";

const digest = `sha256:${"0a".repeat(32)}`;
const other = `sha256:${"0b".repeat(32)}`;
const overlay = `# What runs where.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - ../../base
replicas:
  - name: gate # three zones
    count: 3
images:
  # Written by images.yml.
  - name: gate
    newTag: none
  - { name: else, newName: example.org/else, newTag: "1.10" }
`;

describe("an image in a kustomization", () => {
  const pin = { name: "gate", reference: "r.test/staging/gate", digest };

  it("is pinned, and nothing else changes, comments included", () => {
    const expected = overlay.replace(
      "    newTag: none\n",
      `    newName: r.test/staging/gate\n    digest: ${digest}\n`,
    );
    assert.equal(pinImage(overlay, pin), expected);
    assert.equal(pinImage(expected, pin), expected);
    assert.equal(pinImage(expected, { ...pin, digest: other }), expected.replace(digest, other));
  });

  it("is left alone where the kustomization does not name it", () => {
    assert.equal(pinImage(overlay, { ...pin, name: "absent" }), undefined);
    assert.equal(pinImage("kind: Kustomization\n", pin), undefined);
    assert.equal(pinImage("", pin), undefined);
  });

  it("is pinned in any overlay of the repository without touching another line", async () => {
    for (const environment of ["local", "staging", "production"]) {
      const file = `apps/orders/overlays/${environment}/kustomization.yaml`;
      const text = await readFile(join(repositoryRoot, file), "utf8");
      const pinned = pinImage(`${text}images:\n  - name: gate\n`, pin);
      const entry = `images:\n  - name: gate\n    newName: ${pin.reference}\n    digest: ${digest}\n`;
      assert.equal(pinned, text + entry);
    }
  });
});

describe("images that were built", () => {
  let folder: ReturnType<typeof makeFolder>;
  const all = registries();
  const file = (environment: string) => `apps/orders/overlays/${environment}/kustomization.yaml`;

  beforeEach(async () => {
    folder = makeFolder();
    await cp(join(repositoryRoot, "apps"), join(folder.dir, "apps"), { recursive: true });
    await writeFile(join(folder.dir, file("staging")), overlay);
  });
  afterEach(() => folder.remove());

  it("go to the registry of every environment on AWS", () => {
    assert.deepEqual(
      all.map((registry) => imageReference(registry, "gate")),
      [
        "222222222222.dkr.ecr.eu-west-1.amazonaws.com/production/gate",
        "111111111111.dkr.ecr.eu-west-1.amazonaws.com/staging/gate",
      ],
    );
  });

  it("are pinned in every overlay that names them, by its environment's registry", async () => {
    await writeFile(join(folder.dir, file("production")), overlay);
    const { changes, diagnostics } = pinImages(folder.dir, [{ image: "gate", digest }], all);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      changes.map(({ path, text }) => [path, /newName: (.*gate)/.exec(text)?.[1]]),
      [
        [file("production"), "222222222222.dkr.ecr.eu-west-1.amazonaws.com/production/gate"],
        [file("staging"), "111111111111.dkr.ecr.eu-west-1.amazonaws.com/staging/gate"],
      ],
    );
    for (const { path, text } of changes) await writeFile(join(folder.dir, path), text);
    assert.deepEqual(pinImages(folder.dir, [{ image: "gate", digest }], all).changes, []);
  });

  it("can be several in one overlay", () => {
    const staging = all.filter(({ environment }) => environment === "staging");
    const images = [
      { image: "else", digest: other },
      { image: "gate", digest },
    ];
    const { changes } = pinImages(folder.dir, images, staging);
    assert.equal(changes.length, 1);
    assert.ok(changes[0]?.text.includes(digest) && changes[0].text.includes(other));
  });

  it("are a mistake where no overlay of an environment names them", () => {
    const { diagnostics } = pinImages(folder.dir, [{ image: "gate", digest }], all);
    assert.deepEqual(
      diagnostics.map(({ path, expected }) => [path, expected]),
      [["apps/*/overlays/production/kustomization.yaml", "an entry of images with the name gate"]],
    );
  });

  describe("and that the program runs itself", () => {
    const pins = "environments/images.json";
    const own = (digest: string) => [{ image: "rollout-gate", digest }];
    const written = (digest: string) => `{\n  "rollout-gate": "${digest}"\n}\n`;
    const pinned = async (text: string) => {
      await mkdir(join(folder.dir, "environments"), { recursive: true });
      await writeFile(join(folder.dir, pins), text);
    };

    it("are pinned once for all registries, and no overlay is asked for them", async () => {
      const { changes, diagnostics } = pinImages(folder.dir, own(digest), all);
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(changes, [{ path: pins, text: written(digest) }]);
      await pinned(changes[0]?.text ?? "");
      assert.deepEqual(readImages(join(folder.dir, "environments")), { "rollout-gate": digest });
      assert.deepEqual(pinImages(folder.dir, own(digest), all).changes, []);
      assert.deepEqual(pinImages(folder.dir, own(other), all).changes, [
        { path: pins, text: written(other) },
      ]);
    });

    it("are in one change with the others", async () => {
      await writeFile(join(folder.dir, file("production")), overlay);
      const { changes, diagnostics } = pinImages(
        folder.dir,
        [{ image: "gate", digest }, ...own(other)],
        all,
      );
      assert.deepEqual(diagnostics, []);
      assert.deepEqual(
        changes.map(({ path }) => path),
        [pins, file("production"), file("staging")],
      );
    });

    it("are left as they are where only others were built", async () => {
      await pinned(`{ "rollout-gate": "${digest}" }`);
      const { changes } = pinImages(folder.dir, [{ image: "else", digest: other }], all.slice(-1));
      assert.deepEqual(
        changes.map(({ path }) => path),
        [file("staging")],
      );
    });

    it("are not written over mistakes, which are told", async () => {
      await pinned('{ "rollout-gate": "latest", "catalog": "x" }');
      const { changes, diagnostics } = pinImages(folder.dir, own(digest), all);
      assert.deepEqual(changes, []);
      assert.deepEqual(
        diagnostics.map(({ path }) => path),
        [`${pins}: rollout-gate`, `${pins}: catalog`],
      );
    });

    it("are written as the formatter would leave them", async () => {
      const [change] = pinImages(folder.dir, own(digest), all).changes;
      assert.ok(change);
      assert.ok(await check(change.text, { filepath: change.path }));
    });
  });

  it("hand their digests on in files, which are not taken on trust", async () => {
    writeDigest(join(folder.dir, "digests/b"), { image: "gate", digest });
    writeDigest(join(folder.dir, "digests/a"), { image: "else", digest: other });
    assert.deepEqual(readDigests(join(folder.dir, "digests")), [
      { image: "else", digest: other },
      { image: "gate", digest },
    ]);
    assert.deepEqual(readDigests(join(folder.dir, "absent")), []);
    await writeFile(join(folder.dir, "digests/bad.json"), '{"image":"x","digest":"latest"}');
    assert.throws(() => readDigests(join(folder.dir, "digests")));
  });

  it("are built for both architectures under tags that are new each time, and signed by digest", () => {
    const references = ["r.test/staging/gate", "r.test/production/gate"];
    const build = { image: "gate", commit: "6a97481", attempt: "2", references };
    const args = buildArguments(build, "metadata.json").join(" ");
    assert.match(args, /--platform linux\/amd64,linux\/arm64 --file services\/gate\/Dockerfile/);
    assert.match(args, /--sbom=true --provenance=mode=max/);
    for (const reference of references) assert.ok(args.includes(`--tag ${reference}:6a97481-2`));
    assert.match(args, /--push --metadata-file metadata\.json \.$/);
    assert.equal(
      signArguments("r.test/staging/gate", digest).join(" "),
      `sign --yes --recursive r.test/staging/gate@${digest}`,
    );
  });

  it("are those of the services that have a Dockerfile", async () => {
    const services = join(folder.dir, "services");
    await cp(join(repositoryRoot, "services/git-notifier"), join(services, "git-notifier"), {
      recursive: true,
    });
    await cp(join(repositoryRoot, "services/git-notifier"), join(services, "gate"), {
      recursive: true,
    });
    await writeFile(join(services, "gate/Dockerfile"), "FROM scratch\n");
    assert.deepEqual(imageNames(folder.dir), ["gate"]);
    assert.deepEqual(readDockerfiles(folder.dir), [
      { path: "services/gate/Dockerfile", text: "FROM scratch\n" },
    ]);
    assert.deepEqual(imageNames(join(folder.dir, "absent")), []);
  });
});
