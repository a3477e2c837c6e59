import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { connectionOf } from "../../../infra/kube/kubeconfig";
import { type Instance, instanceOf } from "../../../infra/providers/local/instance";
import { writeKubeconfig } from "../../../operations/kubeconfig";
import { ensureTools, toolPath } from "../../../toolchain";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);

/** As a cluster has it: every name in it is the cluster's. */
const kubeconfigOf = (name: string, port: number) => `apiVersion: v1
kind: Config
current-context: ${name}
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name} } }]
clusters: [{ name: ${name}, cluster: { server: "https://127.0.0.1:${port}", certificate-authority-data: YQ== } }]
users: [{ name: ${name}, user: { token: token-of-${name} } }]
`;

/** kubectl is the judge. */
describe("the kubeconfig for kubectl", function () {
  this.timeout(600_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  before(() => ensureTools(["kubectl"], () => undefined));
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    fs.mkdirSync(instance.filesDir, { recursive: true });
  });
  afterEach(() => folder.remove());

  const write = (...names: string[]) => {
    names.forEach((name, index) =>
      fs.writeFileSync(
        `${instance.filesDir}/${name}.kubeconfig`,
        kubeconfigOf(name, 20_000 + index),
      ),
    );
    return writeKubeconfig(instance, plan);
  };
  const config = (file: string, ...words: string[]) =>
    execFileSync(toolPath("kubectl"), ["--kubeconfig", file, "config", ...words], {
      encoding: "utf8",
    }).trim();

  it("has a context for the federation, the hub and each region, each with its own server and user", () => {
    const all = ["federation", "hub", "eu-west-1", "us-east-1"];
    const file = write(...all);
    assert.deepEqual(config(file, "get-contexts", "-o", "name").split("\n").sort(), all.sort());
    assert.equal(config(file, "current-context"), "federation");
    for (const [index, name] of ["federation", "hub", "eu-west-1", "us-east-1"].entries()) {
      const one = config(file, "view", "--raw", "--minify", "--context", name);
      assert.match(one, new RegExp(`server: https://127.0.0.1:${20_000 + index}\\n`));
      assert.match(one, new RegExp(`token: token-of-${name}\\b`));
    }
    assert.equal(connectionOf(fs.readFileSync(file, "utf8")).server, "https://127.0.0.1:20000");
  });

  it("is for its owner only, and replaced when a region goes", () => {
    const file = write("federation", "hub", "eu-west-1", "us-east-1");
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    fs.rmSync(`${instance.filesDir}/us-east-1.kubeconfig`);
    writeKubeconfig(instance, plan);
    assert.doesNotMatch(config(file, "get-contexts", "-o", "name"), /us-east-1/);
  });
});
