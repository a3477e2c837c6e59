import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { waitFor } from "../../../infra/kube/kube";
import { killProcesses, processesOf } from "../../../infra/providers/local/processes";
import {
  isUp,
  processStates,
  resume,
  startIfStopped,
  supervise,
  supervisedNames,
  switchProcess,
  unsupervise,
} from "../../../infra/providers/local/supervisor";
import { toolPath } from "../../../toolchain";
import { makeFolder } from "../../support/folder";

describe("The supervisor", function () {
  this.timeout(20_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;

  before(function () {
    try {
      toolPath("process-compose");
    } catch (error) {
      console.warn(`SKIPPED: tests of the supervisor. ${(error as Error).message}`);
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
    await killProcesses(instance);
    fs.rmSync(instance.socket, { force: true });
    folder.remove();
  });

  /** A process that writes its id down as it starts, and then waits. */
  const spec = (name: string) => ({
    command: [
      "bash",
      "-c",
      'echo $$ >> "$FILE"; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done',
    ],
    environment: { FILE: path.join(folder.dir, name) },
  });

  /** Ids of all that have been started under this name, in order. */
  function starts(name: string): number[] {
    const file = path.join(folder.dir, name);
    if (!fs.existsSync(file)) return [];
    return fs.readFileSync(file, "utf8").trim().split("\n").map(Number);
  }

  const until = (what: string, check: () => boolean) =>
    waitFor(what, 8, () => Promise.resolve(check()));
  const last = (name: string) => starts(name).at(-1) ?? 0;
  const pids = () => processesOf(instance).map(({ pid }) => pid);
  const supervisors = () =>
    processesOf(instance).filter(({ command }) => command.includes("process-compose -f"));
  const running = async () =>
    (await processStates(instance))
      .filter((state) => state.is_running)
      .map(({ name }) => name)
      .sort();

  it("makes good what a command wrote down and was killed before telling", async () => {
    await supervise(instance, "a", spec("a"));
    await supervise(instance, "b", spec("b"));
    // As if killed in between: the file says that b is gone, the supervisor has not heard of it.
    const written = fs.readFileSync(instance.projectFile, "utf8");
    const project = parse(written) as { processes: Record<string, unknown> };
    delete project.processes["b"];
    fs.writeFileSync(instance.projectFile, stringify(project));
    assert.deepEqual(await running(), ["a", "b"]);
    await unsupervise(instance, "b");
    await waitFor("b is stopped", 8, async () => assert.deepEqual(await running(), ["a"]));
  });

  it("adds processes, changes one, forgets one, and leaves the others running", async () => {
    assert.equal(await isUp(instance), false);
    assert.deepEqual(await processStates(instance), []);
    await supervise(instance, "a", spec("a"));
    assert.equal(await isUp(instance), true);
    await Promise.all([supervise(instance, "b", spec("b")), supervise(instance, "c", spec("c"))]);
    await until("all start", () => ["a", "b", "c"].every((name) => starts(name).length === 1));
    assert.deepEqual(supervisedNames(instance).sort(), ["a", "b", "c"]);
    assert.deepEqual(await running(), ["a", "b", "c"]);
    assert.equal(fs.statSync(instance.projectFile).mode & 0o777, 0o600);

    const changed = { ...spec("b"), command: [...spec("b").command, "changed"] };
    await supervise(instance, "b", changed);
    await until("b starts again", () => starts("b").length === 2);
    await supervise(instance, "b", changed);
    await unsupervise(instance, "c");
    await unsupervise(instance, "never-there");
    await until("c ends", () => !pids().includes(last("c")));
    assert.deepEqual(supervisedNames(instance).sort(), ["a", "b"]);
    assert.deepEqual(await running(), ["a", "b"]);
    assert.deepEqual([starts("a").length, starts("b").length], [1, 2]);
    assert.equal(supervisors().length, 1);
  });

  it("starts a process again that is killed, and none that is switched off", async () => {
    await supervise(instance, "a", spec("a"));
    await until("it starts", () => starts("a").length === 1);
    process.kill(last("a"), "SIGKILL");
    await until("it starts again", () => starts("a").length === 2);
    await switchProcess(instance, "a", false);
    await until("it ends", () => !pids().includes(last("a")));
    await sleep(1200);
    assert.equal(starts("a").length, 2);
    assert.deepEqual(supervisedNames(instance), ["a"]);
    await switchProcess(instance, "a", true);
    await until("it starts once more", () => starts("a").length === 3);
  });

  /** A program that does not exist yet: the supervisor cannot start it, and does not try again. */
  const absent = async (name: string) => {
    const program = path.join(folder.dir, "bin", name);
    const { command, environment } = spec(name);
    await supervise(instance, name, { command: [program, ...command.slice(1)], environment });
    await waitFor(`${name} has failed to start`, 8, async () => {
      const [state] = await processStates(instance);
      return state?.status === "Error";
    });
    return () => {
      fs.mkdirSync(path.dirname(program), { recursive: true });
      fs.symlinkSync("/bin/bash", program);
    };
  };

  it("starts a process that it could not start before, as soon as its program exists", async () => {
    const create = await absent("late");
    // The same process again is no change: the supervisor would leave it as it is.
    await supervise(instance, "other", spec("other"));
    await until("the other runs", () => starts("other").length === 1);
    assert.deepEqual(await running(), ["other"]);
    create();
    await startIfStopped(instance, "late");
    assert.deepEqual(await running(), ["late", "other"]);
    assert.equal(starts("late").length, 1);
    // One that runs is left as it is.
    await startIfStopped(instance, "late");
    assert.equal(starts("late").length, 1);
    assert.equal(starts("other").length, 1);
  });

  it("killed itself, is resumed with each process once and no orphan", async () => {
    await supervise(instance, "a", spec("a"));
    await supervise(instance, "b", spec("b"));
    await until("both start", () => starts("a").length + starts("b").length === 2);
    const [supervisor] = supervisors();
    assert.ok(supervisor);
    process.kill(supervisor.pid, "SIGKILL");
    await until("it is gone", () => supervisors().length === 0);
    const orphans = [last("a"), last("b")];
    assert.ok(
      orphans.every((pid) => pids().includes(pid)),
      "they outlive it",
    );
    // Two commands at once bring back one supervisor.
    await Promise.all([resume(instance), resume(instance)]);
    await until("both start again", () => starts("a").length + starts("b").length >= 4);
    assert.ok(!pids().some((pid) => orphans.includes(pid)));
    await resume(instance);
    await sleep(300);
    assert.deepEqual([starts("a").length, starts("b").length], [2, 2]);
    assert.deepEqual(await running(), ["a", "b"]);
    assert.equal(supervisors().length, 1);
  });

  it("leaves no orphan either where a path of the process holds the word pulumi", async () => {
    // One that writes nothing: others may end by themselves, of the log that nobody reads any more.
    const quiet = 'echo $$ >> "$FILE"; exec -a /clones/meridian-pulumi/etcd sleep 300';
    await supervise(instance, "a", { ...spec("a"), command: ["bash", "-c", quiet] });
    await until("it starts", () => starts("a").length === 1);
    const [orphan] = starts("a");
    const [supervisor] = supervisors();
    assert.ok(supervisor && orphan);
    process.kill(supervisor.pid, "SIGKILL");
    await until("it is gone", () => supervisors().length === 0);
    await resume(instance);
    await until("it starts again", () => starts("a").length === 2);
    assert.ok(!pids().includes(orphan), "the orphan still runs beside its successor");
  });

  it("is not resumed where nothing was ever supervised", async () => {
    await resume(instance);
    assert.equal(await isUp(instance), false);
    assert.deepEqual(processesOf(instance), []);
  });
});
