import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { imported } from "../../support/imported";

const services = path.join(repositoryRoot, "services");
const withFile = (file: string) =>
  fs.readdirSync(services).filter((name) => fs.existsSync(path.join(services, name, file)));

/** What a service imports from outside of some folders. */
function beyond(service: string, folders: readonly string[]): string[] {
  return [...imported(path.join(services, service, "main.ts"))]
    .map((file) => path.relative(repositoryRoot, file))
    .filter((file) => !folders.some((folder) => file.startsWith(`${folder}/`)));
}

describe("the program of a service", () => {
  for (const name of withFile("Dockerfile"))
    it(`${name} has all that it is made of where its image is built`, () => {
      const ignored = path.join(services, name, "Dockerfile.dockerignore");
      const lines = fs.readFileSync(ignored, "utf8").split("\n");
      const kept = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
      assert.deepEqual(beyond(name, kept), []);
    });

  it("is found", () => {
    assert.ok(withFile("Dockerfile").length > 0);
  });
});
