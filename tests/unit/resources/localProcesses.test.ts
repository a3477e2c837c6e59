import * as assert from "node:assert/strict";
import * as path from "node:path";
import { instanceOf, serviceDir } from "../../../infra/providers/local/instance";
import { readPorts } from "../../../infra/providers/local/ports";
import { createLocalFoundation } from "../../../infra/providers/local/resources/foundation";
import { planInventory } from "../../../infra/plan/inventory";
import { Platform } from "../../../infra/resources/platform";
import { register } from "../../support/engine";
import { makeFolder } from "../../support/folder";
import { planOf, small } from "../../support/plan";

/** A process as it is started. */
interface Process {
  readonly name: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  readonly readyUrl?: string;
  readonly serving?: object;
  /** Of all processes: the folder that their own folders are in. */
  readonly folder: string;
}

/** What is wrong with a process. */
type Invariant = (process: Process, ports: ReadonlySet<number>) => string[];

/** `--flag=value` and `--flag value`, as pairs. */
function flagsOf({ command }: Process): [string, string][] {
  return command.flatMap((word, at): [string, string][] => {
    const [, name = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    return name === "" ? [] : [[name, value ?? command[at + 1] ?? ""]];
  });
}

const isLoopback = (address: string) => /^(127\.|unix:|\[::1\])/.test(address);

/** Who else is on the network never reaches a process, whose default would be every interface. */
const listensOnLoopback: Invariant = (process) =>
  flagsOf(process)
    .filter(([name]) => /(^|-)(address|addr)$/.test(name))
    .filter(([, value]) => !isLoopback(value))
    .map(([name, value]) => `${name} is ${value}`);

/** One of each runs: a lease would only make it wait after a restart. */
const waitsForNoLease: Invariant = (process) =>
  flagsOf(process)
    .filter(([name, value]) => name === "leader-elect" && value !== "false")
    .map(([name]) => name);

/** The supervisor frees and waits for ports that the process has, not for others. */
const saysWhichPortsItHas: Invariant = ({ command, files, ports, readyUrl }) => {
  const text = [...command, ...Object.values(files)].join("\n");
  const ready = readyUrl === undefined ? undefined : Number(new URL(readyUrl).port);
  return [
    ...ports.filter((port) => !new RegExp(`\\b${port}\\b`).test(text)).map((port) => `${port}?`),
    ...(ready === undefined || ports.includes(ready) ? [] : [`waits for ${ready}`]),
  ];
};

/** A port that the instance does not remember could be another program's after the next start. */
const usesRememberedPorts: Invariant = (process, ports) =>
  flagsOf(process).flatMap(([name, value]) => {
    const [, port] = /(?:^127\.[0-9.]+:|^)(\d{4,5})$/.exec(value) ?? [];
    const isPort = /port$|address$|addr$|server$/.test(name);
    return !isPort || port === undefined || ports.has(Number(port)) ? [] : [`${name}=${value}`];
  });

/** A file that is named and not written, or another process's, is found out only when the process starts. */
const namesFilesOfItsOwn: Invariant = ({ name, command, variables, files, serving, folder }) => {
  const own = `${path.join(folder, name)}/`;
  const there = new Set([...Object.keys(files), ...(serving ? ["tls.crt", "tls.key"] : [])]);
  const named = [...command, ...Object.values(variables)].flatMap(
    (text) => text.match(new RegExp(`${folder}/[^\\s:,"]*`, "g")) ?? [],
  );
  return named.filter((file) => {
    if (!`${file}/`.startsWith(own)) return true;
    const isFile = /kubeconfig$|\.(crt|key|json|ya?ml|conf)$/.test(file);
    return isFile && !there.has(file.slice(own.length));
  });
};

/** The API servers' proxies and credentials of the user who started the platform are not the processes' own. */
const takesNoKubeconfigOfOthers: Invariant = ({ variables, folder, name }) => {
  const given = variables["KUBECONFIG"];
  const isOwn = given === undefined || given === "" || given.startsWith(path.join(folder, name));
  return isOwn ? [] : [given];
};

const invariants = {
  listensOnLoopback,
  waitsForNoLease,
  saysWhichPortsItHas,
  usesRememberedPorts,
  namesFilesOfItsOwn,
  takesNoKubeconfigOfOthers,
};

describe("The processes of the local platform", () => {
  let processes: Process[];
  let ports: ReadonlySet<number>;

  before(async () => {
    const place = makeFolder();
    try {
      const instance = instanceOf("test", place.dir);
      // With every process that a configuration can ask for.
      const federation = { failover: { failback: { mode: "automatic" } } };
      const plan = planOf([small("eu-west-1"), small("us-east-1")], { federation });
      const all = await register(async () => {
        const flags = { kind: "file", file: "flags.test.json" } as const;
        const foundation = await createLocalFoundation(plan, instance, flags);
        new Platform("platform", { plan, foundation });
      });
      const folder = path.dirname(serviceDir(instance, "any"));
      processes = all
        .filter(({ type }) => type === "meridian:local:Service")
        .map(({ name, inputs }) => ({ ...(inputs as unknown as Process), name, folder }));
      ports = new Set(Object.values(readPorts(instance)));
    } finally {
      place.remove();
    }
  });

  for (const [what, invariant] of Object.entries(invariants))
    it(`hold: ${what}`, () => {
      for (const process of processes)
        assert.deepEqual(invariant(process, ports), [], process.name);
    });

  /** What is broken, by the invariant that has to notice. */
  const breaks: readonly (readonly [keyof typeof invariants, (whole: Process) => Process])[] = [
    ["listensOnLoopback", (one) => withWords(one, "--metrics-addr=0.0.0.0:9090")],
    ["listensOnLoopback", (one) => withWords(one, "--bind-address", "::")],
    ["waitsForNoLease", (one) => withWords(one, "--leader-elect=true")],
    ["saysWhichPortsItHas", (one) => ({ ...one, ports: [9] })],
    ["saysWhichPortsItHas", (one) => ({ ...one, readyUrl: "http://127.0.0.1:9/" })],
    ["usesRememberedPorts", (one) => withWords(one, "--secure-port=6443")],
    ["usesRememberedPorts", (one) => withWords(one, "--repo-server=127.0.0.1:8081")],
    ["namesFilesOfItsOwn", (one) => withWords(one, `--key=${one.folder}/${one.name}/other.key`)],
    ["namesFilesOfItsOwn", (one) => withWords(one, `--dir=${one.folder}/another`)],
    [
      "takesNoKubeconfigOfOthers",
      (one) => ({ ...one, variables: { KUBECONFIG: "/elsewhere/config" } }),
    ],
  ];
  for (const [name, broken] of breaks)
    it(`${name} notices ${broken.toString().replace(/^.*?=>\s*/s, "")}`, () => {
      const [one] = processes;
      assert.ok(one);
      assert.notDeepEqual(invariants[name](broken(one), ports), []);
    });
});

function withWords(process: Process, ...words: string[]): Process {
  return { ...process, command: [...process.command, ...words] };
}

describe("The failback process", () => {
  const registered = async (mode: "manual" | "automatic") => {
    const place = makeFolder();
    try {
      const federation = { failover: { failback: { mode } } };
      const plan = planOf([small("eu-west-1")], { federation });
      const flags = { kind: "file", file: "flags.test.json" } as const;
      const all = await register(() =>
        createLocalFoundation(plan, instanceOf("test", place.dir), flags),
      );
      const planned = planInventory(plan).processes.includes("failback");
      return { found: all.find(({ name }) => name === "failback"), planned };
    } finally {
      place.remove();
    }
  };

  it("exists, as the inventory has it, only where failback is automatic", async () => {
    assert.deepEqual(await registered("manual"), { found: undefined, planned: false });
    const { found, planned } = await registered("automatic");
    assert.ok(found && planned);
  });
});
