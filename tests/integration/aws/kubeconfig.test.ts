import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { planAws } from "../../../infra/providers/aws/plan";
import { repositoryRoot, writePrivate } from "../../../infra/providers/local/instance";
import { awsKubeconfig } from "../../../operations/aws/kubeconfig";
import { FakeApiServer } from "../../support/apiServer";
import { worldVariable } from "../../support/aws/facts";
import { rememberMade } from "../../support/aws/made";
import { awsPlanOf } from "../../support/aws/plan";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";
import { setVariables } from "../../support/variables";

interface Kubeconfig {
  "current-context": string;
  contexts: { name: string }[];
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: { exec?: { args: string[]; env?: unknown } } & object }[];
}

const today = "2026-01-01";
const plan = awsPlanOf(["eu-west-1", "us-east-1"], {}, { name: "staging" });
const { hub, clusters } = planAws(plan, today);
const all = [hub, ...Object.values(clusters)].map(({ cluster }) => cluster);

describe("The kubeconfig of an environment on AWS", function () {
  this.timeout(30_000);
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let back: () => void;
  // One authority for all tests: credentials of the aws command are cached.
  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    const secret = Buffer.from(
      kubeconfigOf("karmada", "https://karmada.inside", folder.dir),
    ).toString("base64");
    server = await FakeApiServer.start(folder.dir, ({ url }) =>
      url === "/api/v1/namespaces/karmada-system/secrets/karmada-kubeconfig"
        ? { body: { data: { kubeconfig: secret } } }
        : undefined,
    );
    back = setVariables({
      [worldVariable]: folder.dir,
      PATH: [path.join(repositoryRoot, "tests/support/aws/bin"), process.env["PATH"]].join(":"),
    });
  });
  beforeEach(() => {
    fs.rmSync(path.join(folder.dir, "made"), { recursive: true, force: true });
    all.forEach(create);
    rememberMade(folder.dir, {
      ...{ type: "aws:lb/loadBalancer:LoadBalancer", name: "hub-eu-west-1-edge", id: "lb" },
      region: "eu-west-1",
      properties: { loadBalancerType: "network", dnsName: "federation.elb.example" },
      tags: {},
    });
  });
  after(() => {
    back();
    server.stop();
    folder.remove();
  });

  const read = (file: string) => fs.readFileSync(path.join(folder.dir, file), "utf8");

  /** A cluster in the account. All have the same API server here. */
  function create({ eksName, region }: (typeof all)[number]): void {
    const ca = Buffer.from(read("ca.crt")).toString("base64");
    rememberMade(folder.dir, {
      ...{ type: "aws:eks/cluster:Cluster", name: eksName, region, id: eksName, tags: {} },
      properties: {
        ...{ name: eksName, endpoint: server.url },
        certificateAuthority: { data: ca },
      },
    });
    writePrivate(
      path.join(folder.dir, `clusters/${region}.${eksName}/credential.json`),
      JSON.stringify({
        clientCertificateData: read("admin.crt"),
        clientKeyData: read("admin.key"),
      }),
    );
  }

  const made = async (profile?: string) => {
    const { text, missing } = await awsKubeconfig(plan, today, profile);
    return { config: parse(text) as Kubeconfig, missing };
  };

  it("has a context for the federation, the hub and each region", async () => {
    const { config, missing } = await made("platform");
    assert.deepEqual(missing, []);
    assert.deepEqual(
      config.contexts.map(({ name }) => name),
      ["staging-federation", "staging-hub", "staging-eu-west-1", "staging-us-east-1"],
    );
    assert.equal(config["current-context"], "staging-federation");
    const region = config.users.find(({ name }) => name === "staging-us-east-1")?.user.exec;
    assert.deepEqual(region?.args.slice(0, 6), [
      ...["eks", "get-token", "--cluster-name", "meridian-staging-us-east-1"],
      ...["--region", "us-east-1"],
    ]);
    assert.deepEqual(region.env, [{ name: "AWS_PROFILE", value: "platform" }]);
  });

  it("reaches the federation through its load balancer, with the credentials that the hub has", async () => {
    const { config } = await made();
    const { cluster } = config.clusters.find(({ name }) => name === "staging-federation") ?? {};
    assert.equal(cluster?.["server"], "https://federation.elb.example:5443");
    assert.equal(cluster["tls-server-name"], "kubernetes.default.svc");
    const { user } = config.users.find(({ name }) => name === "staging-federation") ?? {};
    assert.deepEqual(Object.keys(user ?? {}), ["client-certificate-data", "client-key-data"]);
  });

  it("leaves out a region whose cluster does not exist, and says why", async () => {
    fs.rmSync(path.join(folder.dir, "made"), { recursive: true });
    all.filter(({ region }) => region !== "us-east-1").forEach(create);
    const { config, missing } = await made();
    assert.deepEqual(
      config.contexts.map(({ name }) => name),
      ["staging-hub", "staging-eu-west-1"],
    );
    assert.equal(config["current-context"], "staging-hub");
    const reasons = Object.fromEntries(missing.map(({ context, why }) => [context, why]));
    assert.match(reasons["staging-federation"] ?? "", /has no load balancer in eu-west-1 yet/);
    assert.match(reasons["staging-us-east-1"] ?? "", /No cluster found for name/);
  });

  it("is refused if no cluster exists, with every reason and the remedy", async () => {
    fs.rmSync(path.join(folder.dir, "made"), { recursive: true });
    fs.mkdirSync(path.join(folder.dir, "made"));
    await assert.rejects(made(), {
      name: "CommandError",
      message:
        /^No cluster of staging can be reached:\n {2}staging-federation: the hub, .*\n {2}staging-hub: .*No cluster found[\s\S]*AWS_PROFILE/,
    });
  });

  it("is refused without the aws command, and says so", async () => {
    const restore = setVariables({ PATH: "/nowhere" });
    try {
      await assert.rejects(made(), /the `aws` command, version 2, is not on PATH: install it/);
    } finally {
      restore();
    }
  });
});
