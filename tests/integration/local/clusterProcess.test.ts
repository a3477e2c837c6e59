import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { instanceMark, instanceOf, repositoryRoot } from "../../../infra/providers/local/instance";
import { waitFor } from "../../../infra/kube/kube";
import { killProcesses } from "../../../infra/providers/local/processes";
import { makeFolder } from "../../support/folder";

/**
 * kwokctl as far as cluster-process.sh can tell: it writes down what it is asked, lays the folder of a
 * cluster and starts two components, unless a file `fail-<verb>` tells it to fail halfway.
 */
const fakeKwokctl = `#!/usr/bin/env bash
verb=$1; dir="$KWOK_WORKDIR/clusters/$4"
echo "$*" >> "$KWOK_WORKDIR/calls"
begin() {
  mkdir -p "$dir/pids"
  for part in etcd apiserver; do
    (exec -a "$dir/bin/$part" sleep 300) >/dev/null 2>&1 &
    # Until it has become the component it is this script, which nobody looks for.
    until grep -q "^$dir/bin/$part" "/proc/$!/cmdline"; do :; done
    echo $! > "$dir/pids/$part.pid"
  done
}
end() { for pid in "$dir"/pids/*.pid; do [ -e "$pid" ] && kill "$(<"$pid")"; done; }
case $verb in
create)
  mkdir -p "$dir/etcd" "$dir/pki"
  [ -e "$dir/etcd/data" ] || echo new > "$dir/etcd/data"
  [ -e "$dir/pki/ca.crt" ] || echo new > "$dir/pki/ca.crt"
  [ -e "$KWOK_WORKDIR/fail-create" ] && exit 1
  begin ;;
start) [ -e "$KWOK_WORKDIR/fail-start" ] && exit 1; begin ;;
stop) end; rm -f "$dir"/pids/*.pid ;;
delete) end; rm -rf "$dir" ;;
esac
exit 0
`;

const script = path.join(repositoryRoot, "infra/providers/local/cluster-process.sh");

describe("cluster-process.sh", () => {
  let folder: ReturnType<typeof makeFolder>;
  let work: string;
  let cluster: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    folder = makeFolder();
    work = path.join(folder.dir, "kwok");
    cluster = path.join(work, "clusters", "c");
    fs.mkdirSync(work);
    fs.writeFileSync(path.join(folder.dir, "kwokctl"), fakeKwokctl, { mode: 0o755 });
  });
  afterEach(async () => {
    await killProcesses(instanceOf("c", folder.dir));
    folder.remove();
  });

  const at = (...parts: string[]) => path.join(work, ...parts);
  const calls = () => (fs.existsSync(at("calls")) ? lines(at("calls")) : []);
  const lines = (file: string) => fs.readFileSync(file, "utf8").trim().split("\n");
  const create =
    "create cluster --name c --config conf --kubeconfig kube --node-lease-duration-seconds 0";
  const remove = "delete cluster --name c --kubeconfig kube";
  const start = "start cluster --name c";

  /** Runs it in the background; its output goes to nobody. */
  function run(): ChildProcess {
    child = spawn(script, [path.join(folder.dir, "kwokctl"), "c", "conf", "kube"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, KWOK_WORKDIR: work, [instanceMark]: path.join(folder.dir, "c") },
    });
    return child;
  }

  async function exitCode(of: ChildProcess): Promise<number | null> {
    if (of.exitCode === null) await once(of, "exit");
    return of.exitCode;
  }

  /** Waits until it watches: created (or started), with its components there. */
  const up = () =>
    waitFor("the cluster is up", 5, () =>
      Promise.resolve(
        fs.existsSync(path.join(cluster, ".created")) &&
          fs.existsSync(path.join(cluster, "pids", "apiserver.pid")),
      ),
    );

  const pidOf = (part: string) =>
    Number(fs.readFileSync(path.join(cluster, "pids", `${part}.pid`), "utf8"));
  /** What has ended and waits for its parent to notice has no environment any more. */
  const alive = (pid: number) => {
    try {
      return fs.readFileSync(`/proc/${pid}/environ`).length > 0;
    } catch {
      return false;
    }
  };

  it("creates a cluster once, marks it, and starts it from then on", async () => {
    const first = run();
    await up();
    assert.deepEqual(calls(), [create]);
    first.kill("SIGTERM");
    assert.equal(await exitCode(first), 0);
    run();
    await waitFor("the second start", 5, () => Promise.resolve(calls().length === 3));
    assert.deepEqual(calls(), [create, "stop cluster --name c", start]);
  });

  it("stops the components when it is told to end, at once", async () => {
    const running = run();
    await up();
    const pids = ["etcd", "apiserver"].map(pidOf);
    assert.deepEqual(pids.map(alive), [true, true]);
    const before = Date.now();
    running.kill("SIGTERM");
    assert.equal(await exitCode(running), 0);
    assert.ok(Date.now() - before < 900, "it waited for its sleep");
    await waitFor("they end", 2, () => Promise.resolve(!pids.some(alive)));
  });

  it("ends with 1 when a component ends, and names it", async () => {
    const running = run();
    let output = "";
    running.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    await up();
    process.kill(pidOf("apiserver"), "SIGKILL");
    assert.equal(await exitCode(running), 1);
    assert.match(output, /apiserver has ended; starting it again/);
    // The supervisor runs it again, which starts what is there and creates nothing.
    run();
    await waitFor("the second start", 5, () => Promise.resolve(calls().length === 2));
    assert.deepEqual(calls(), [create, start]);
  });

  it("takes a component that has ended for ended, though nobody has reaped it", async () => {
    const running = run();
    await up();
    // A shell that became something else reaps nothing: its child stays a zombie.
    const careless = spawn("bash", ["-c", "sleep 0.5 & echo $!; exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [zombie] = (await once(careless.stdout, "data")) as [Buffer];
    const status = `/proc/${zombie.toString().trim()}/status`;
    await waitFor("it is a zombie", 5, () =>
      Promise.resolve(/^State:\s+Z/m.test(fs.readFileSync(status, "utf8"))),
    );
    process.kill(pidOf("apiserver"), "SIGKILL");
    fs.writeFileSync(path.join(cluster, "pids", "apiserver.pid"), zombie);
    assert.equal(await exitCode(running), 1);
    careless.kill("SIGKILL");
  });

  it("ends with 1 when kwokctl cannot start the cluster, and keeps it", async () => {
    fs.mkdirSync(path.join(cluster, "etcd"), { recursive: true });
    fs.writeFileSync(path.join(cluster, "etcd", "data"), "precious");
    fs.writeFileSync(path.join(cluster, ".created"), "");
    fs.writeFileSync(at("fail-start"), "");
    assert.equal(await exitCode(run()), 1);
    assert.deepEqual(calls(), [start]);
    assert.equal(fs.readFileSync(path.join(cluster, "etcd", "data"), "utf8"), "precious");
  });

  it("deletes a creation that was cut short and makes it again", async () => {
    fs.writeFileSync(at("fail-create"), "");
    assert.equal(await exitCode(run()), 1);
    assert.ok(!fs.existsSync(path.join(cluster, ".created")));
    fs.rmSync(at("fail-create"));
    fs.writeFileSync(path.join(cluster, "half"), "");
    run();
    await up();
    assert.deepEqual(calls(), [create, remove, create]);
    assert.ok(!fs.existsSync(path.join(cluster, "half")));
  });

  describe("with data set aside for changed flags", () => {
    const kept = () => at("kept-c");
    beforeEach(() => {
      for (const part of ["etcd", "pki"])
        fs.mkdirSync(path.join(kept(), part), { recursive: true });
      fs.writeFileSync(path.join(kept(), "etcd", "data"), "precious");
      fs.writeFileSync(path.join(kept(), "pki", "ca.crt"), "authority");
      fs.writeFileSync(path.join(kept(), ".created"), "");
      fs.writeFileSync(path.join(kept(), "kwok.yaml"), "old flags");
    });

    const restored = () => {
      assert.equal(fs.readFileSync(path.join(cluster, "etcd", "data"), "utf8"), "precious");
      assert.equal(fs.readFileSync(path.join(cluster, "pki", "ca.crt"), "utf8"), "authority");
      assert.ok(!fs.existsSync(path.join(cluster, "kwok.yaml")));
    };

    it("creates the cluster anew over its data and certificates, and lets go of the rest", async () => {
      run();
      await up();
      await waitFor("it is let go", 2, () => Promise.resolve(!fs.existsSync(kept())));
      assert.deepEqual(calls(), [create]);
      restored();
    });

    it("keeps the data when the creation fails, and uses it the next time", async () => {
      fs.writeFileSync(at("fail-create"), "");
      assert.equal(await exitCode(run()), 1);
      assert.equal(fs.readFileSync(path.join(kept(), "etcd", "data"), "utf8"), "precious");
      fs.rmSync(at("fail-create"));
      run();
      await up();
      await waitFor("it is let go", 2, () => Promise.resolve(!fs.existsSync(kept())));
      assert.deepEqual(calls(), [create, remove, create]);
      restored();
    });

    it("loses nothing when killed while it lets go", async () => {
      const bin = path.join(folder.dir, "bin");
      fs.mkdirSync(bin);
      // The machine stops after the first of the files; nothing to remove is removed as ever.
      const rm =
        '#!/bin/bash\n[ -d "${!#}" ] || exec /bin/rm "$@"\n/bin/rm -rf "${!#}/etcd"\nkill -9 $PPID\n';
      fs.writeFileSync(path.join(bin, "rm"), rm, { mode: 0o755 });
      const before = process.env["PATH"] ?? "";
      process.env["PATH"] = `${bin}:${before}`;
      const killed = run();
      process.env["PATH"] = before;
      await once(killed, "exit");
      assert.equal(killed.signalCode, "SIGKILL");
      assert.ok(!fs.existsSync(kept()));
      assert.ok(fs.existsSync(path.join(`${kept()}.done`, "pki")));
      run();
      await waitFor("the second run", 5, () => Promise.resolve(calls().length === 2));
      assert.deepEqual(calls(), [create, start]);
      restored();
      assert.ok(!fs.existsSync(`${kept()}.done`));
    });

    it("keeps what is kept when killed in between, and copies it again over a half copy", async () => {
      fs.mkdirSync(path.join(cluster, "etcd"), { recursive: true });
      fs.writeFileSync(path.join(cluster, "etcd", "data"), "half");
      run();
      await up();
      await waitFor("it is let go", 2, () => Promise.resolve(!fs.existsSync(kept())));
      assert.deepEqual(calls(), [remove, create]);
      restored();
    });
  });
});
