import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { planProcesses, planStarts } from "../../../infra/components/processes";
import { appPolicy, networkPolicies } from "../../../infra/components/networkPolicies";
import { permissionsOf } from "../../support/network/permissions";
import { components, componentsOf } from "../../../infra/components/registry";
import { toolsOf } from "../../../infra/components/tools";
import { parseEnvironment } from "../../../infra/config/parse";
import { stackFileSchema } from "../../../infra/config/writeSchema";
import { waitFor } from "../../../infra/kube/kube";
import { type PlatformPlan, planPlatform } from "../../../infra/plan";
import { planInventory } from "../../../infra/plan/inventory";
import { compareInventory } from "../../../infra/plan/inventoryDifferences";
import { allPortNames } from "../../../infra/plan/ports";
import { service } from "../../../infra/providers/local/handlers/service";
import { loseService } from "../../../infra/providers/local/faults";
import { switchProcess } from "../../../infra/providers/local/supervisor";
import {
  type Instance,
  instanceOf,
  prepareInstance,
  serviceDir,
} from "../../../infra/providers/local/instance";
import { readInventory } from "../../../infra/providers/local/inventory";
import { removeLeftovers } from "../../../infra/providers/local/inventory/leftovers";
import { estimateCost, formatCost } from "../../../infra/providers/aws/account/cost";
import { allocatePorts, readPorts } from "../../../infra/providers/local/ports";
import { processesOf } from "../../../infra/providers/local/processes";
import { createLocalFoundation } from "../../../infra/providers/local/resources/foundation";
import { httpGet } from "../../../operations/httpGet";
import { readComponents } from "../../../operations/status/components";
import { composeStatus } from "../../../operations/status/compose";
import { formatRows } from "../../../cli/statusView";
import { toolPath } from "../../../toolchain";
import { awsPlanOf } from "../../support/aws/plan";
import { registerWhole } from "../../support/aws/whole";
import { echo, echoPort } from "../../support/echoComponent/component";
import { register } from "../../support/engine";
import { makeFolder } from "../../support/folder";
import { endInstance } from "../../support/instance";
import { inOrder } from "../../support/observed";
import { small } from "../../support/plan";

/** The registry with one more line. */
const withEcho = [...components, echo];
const regions = ["eu-west-1", "us-east-1"];

const parse = (options: Record<string, unknown>) =>
  parseEnvironment(
    "test",
    { provider: "local", regions: regions.map((name) => small(name)), ...options },
    {},
    withEcho,
  );

function planWith(options: Record<string, unknown>): PlatformPlan {
  const result = parse(options);
  assert.ok(result.ok, JSON.stringify(result));
  return planPlatform(result.environment);
}

describe("A component that only the registry knows", function () {
  this.timeout(60_000);
  const used = planWith({ echo: { text: "hello" } });
  const unused = planWith({});

  it("is configured: its section is parsed, its default is applied, the JSON schema has it", () => {
    const configOf = (plan: PlatformPlan) => echo.configuration?.of(plan.environment);
    assert.deepEqual((configOf(used) as { echo: unknown }).echo, { text: "hello" });
    assert.deepEqual((configOf(planWith({ echo: {} })) as { echo: unknown }).echo, {
      text: "test",
    });
    assert.ok(!("echo" in unused.environment));
    assert.match(
      JSON.stringify(stackFileSchema(withEcho)),
      /"meridian:echo":\{.*"Text of the answers\."/,
    );
    assert.doesNotMatch(JSON.stringify(stackFileSchema()), /meridian:echo/);
  });

  it("has its mistakes reported with path, value, expected and remedy, beside those of others", () => {
    const found = (options: Record<string, unknown>) => {
      const result = parse(options);
      return result.ok ? [] : result.diagnostics;
    };
    assert.deepEqual(
      found({ echo: { text: "" }, traffic: { ttlSeconds: 0 } }).map(({ path }) => path),
      ["meridian:traffic.ttlSeconds", "meridian:echo.text"],
    );
    assert.deepEqual(found({ echo: { text: 7 } }), [
      {
        path: "meridian:echo.text",
        value: "7",
        expected: "a text of 20 characters at most",
        remedy: "Write text: hello, or leave it out.",
      },
    ]);
    const same = found({ echo: { text: "a.test" }, traffic: { domain: "a.test" } });
    assert.deepEqual(
      same.map(({ path, expected }) => [path, expected]),
      [["meridian:echo.text", "another text than traffic.domain"]],
    );
    // The platform without it does not know the option.
    const without = parseEnvironment("test", {
      provider: "local",
      regions: [small("eu-west-1")],
      echo: {},
    });
    assert.ok(!without.ok);
    assert.deepEqual(
      without.diagnostics.map(({ path }) => path),
      ["meridian:echo"],
    );
  });

  it("brings its tools, ports and processes into an environment that uses it, and into no other", () => {
    const toolsIn = ({ environment }: PlatformPlan) =>
      toolsOf("local", componentsOf(environment, withEcho));
    assert.ok(toolsIn(used).includes("dnsperf"));
    assert.deepEqual(toolsIn(unused), toolsOf("local", componentsOf(unused.environment)));
    const added = (list: "processes" | "ports" | "files") => {
      const before = planInventory(unused, withEcho)[list];
      return planInventory(used, withEcho)[list].filter((name) => !before.includes(name));
    };
    assert.deepEqual(added("processes"), ["echo-eu-west-1", "echo-us-east-1"]);
    assert.deepEqual(added("files"), ["echo-eu-west-1", "echo-us-east-1"]);
    assert.deepEqual(added("ports"), regions.map(echoPort));
    assert.deepEqual(planInventory(unused, withEcho), planInventory(unused));
  });

  it("is in the network policies: of its own pods in every region, and of apps", async () => {
    const aws = planPlatform({
      ...awsPlanOf(regions).environment,
      ...{ echo: { text: "hello" } },
    });
    const { registered } = await registerWhole(aws, withEcho);
    const found = registered.filter(({ id }) =>
      id.startsWith("kubernetes:networking.k8s.io/v1:NetworkPolicy"),
    );
    const own = found.filter(({ name }) => name.endsWith("-echo-echo"));
    assert.deepEqual(
      own.map(({ name, provider }) => [name, provider]),
      regions.map((region) => [`${region}-echo-echo`, region]),
    );
    const [declared] = networkPolicies("region", aws, withEcho);
    for (const { inputs } of own)
      assert.deepEqual({ metadata: inputs["metadata"], spec: inputs["spec"] }, declared);
    const opened = permissionsOf(appPolicy("shop", withEcho)).filter(
      (permission) => !permissionsOf(appPolicy("shop")).includes(permission),
    );
    assert.deepEqual(
      opened.map((permission) => permission.replace(/\{.*\}/, "echo")),
      ["from echo TCP/http", "to echo TCP/8080"],
    );
  });

  it("is in the estimate of costs on AWS, and not in that of an environment without it", () => {
    const { environment } = awsPlanOf(["us-east-1", "eu-west-1"]);
    const linesOf = (section: object) => {
      const plan = planPlatform({ ...environment, ...section });
      const estimate = estimateCost(plan, [], withEcho);
      const row = formatCost(estimate, 10_000).match(/^ +echoes +(.*)$/m)?.[1];
      return { row, lines: estimate.items.filter(({ what }) => what === "echoes") };
    };
    const { row, lines } = linesOf({ echo: { text: "hello" } });
    assert.equal(row, "$422");
    assert.deepEqual(
      lines.map(({ region, quantity, monthlyUsd }) => [region, quantity, Math.round(monthlyUsd)]),
      [
        ["eu-west-1", 2, 222],
        ["us-east-1", 2, 200],
      ],
    );
    assert.deepEqual(linesOf({}), { row: undefined, lines: [] });
  });

  describe("on this machine", () => {
    let folder: ReturnType<typeof makeFolder>;
    let instance: Instance;

    before(function () {
      try {
        toolPath("process-compose");
      } catch (error) {
        console.warn(`SKIPPED: a component under the supervisor. ${(error as Error).message}`);
        this.skip();
      }
    });
    beforeEach(() => {
      folder = makeFolder();
      instance = instanceOf("test", folder.dir);
      prepareInstance(instance);
    });
    afterEach(async () => {
      if (folder === undefined) return;
      await endInstance(instance);
      folder.remove();
    });

    const registerEcho = async (plan: PlatformPlan) => {
      const flags = { kind: "file", file: "flags.test.json" } as const;
      const all = await register(() => createLocalFoundation(plan, instance, flags, withEcho));
      return all.filter(
        ({ type, name }) => type === "meridian:local:Service" && name.startsWith("echo"),
      );
    };

    it("is registered with its ports, and goes before the cluster that it runs beside", async () => {
      const found = await registerEcho(used);
      const ports = readPorts(instance);
      assert.deepEqual(
        found.map(({ name, inputs, dependsOn, parent }) => [
          name,
          inputs["ports"],
          dependsOn,
          parent,
        ]),
        regions.map((region) => [
          `echo-${region}`,
          [ports[echoPort(region)]],
          [`meridian:local:Cluster ${region}`],
          "meridian:local:Component echo",
        ]),
      );
      assert.deepEqual(await registerEcho(unused), []);
    });

    it("runs under the supervisor, is in the status, is lost and returns, and is gone when it is removed", async () => {
      const machine = {
        folder: (name: string) => serviceDir(instance, name),
        ports: await allocatePorts(
          instance,
          allPortNames([], regions, componentsOf(used.environment, withEcho)),
        ),
        tool: toolPath,
      };
      const starts = planStarts(used, machine, withEcho);
      for (const { name, service: start } of starts)
        await service.create({
          ...{ home: folder.dir, environment: "test", name, variables: {}, files: {} },
          ...start,
        });
      const port = machine.ports[echoPort("us-east-1")] ?? 0;
      assert.equal((await httpGet(`http://127.0.0.1:${port}/`, 1000)).body, "hello");

      const differences = async (plan: PlatformPlan) =>
        compareInventory(planInventory(plan, withEcho), await readInventory(instance, plan))
          .filter(({ name }) => name.includes("echo"))
          .map(({ kind, name, how }) => `${how} ${kind} ${name}`);
      assert.deepEqual(await differences(used), []);

      const read = () => readComponents(instance, used, withEcho);
      const [state] = await read();
      assert.deepEqual(state, {
        name: "echo",
        ready: true,
        rows: regions.map((name) => ({ name, ready: true, values: { answer: "hello" } })),
      });
      const status = composeStatus(used, { ...inOrder(used), components: await read() });
      assert.match(
        formatRows(status).join("\n"),
        /ECHO +ANSWER\n.*eu-west-1 +hello\n.*us-east-1 +hello/,
      );

      await loseService(instance, "echo-us-east-1");
      const [lost] = await read();
      assert.deepEqual(
        lost?.rows.map(({ name, ready }) => [name, ready]),
        [
          ["eu-west-1", true],
          ["us-east-1", false],
        ],
      );
      await switchProcess(instance, "echo-us-east-1", true);
      await waitFor("the echo is back", 10, async () => (await read())[0]?.ready === true);

      // The environment without its section: what the engine would delete, and anything that it left.
      assert.ok((await differences(unused)).includes("extra process echo-eu-west-1"));
      await removeLeftovers(instance, unused);
      assert.deepEqual(await differences(unused), []);
      await waitFor("its processes end", 10, () =>
        Promise.resolve(!processesOf(instance).some(({ command }) => command.includes("echo-"))),
      );
      assert.ok(!fs.existsSync(serviceDir(instance, "echo-eu-west-1")));
      assert.deepEqual(
        regions.flatMap((region) => readPorts(instance)[echoPort(region)] ?? []),
        [],
      );
      assert.deepEqual(await readComponents(instance, unused, withEcho), []);
      assert.deepEqual(planProcesses(unused, withEcho), planProcesses(unused));
    });
  });
});
