import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient } from "../../../infra/kube/client";
import { waitFor } from "../../../infra/kube/waitFor";
import { issueAlone } from "../../../infra/providers/local/certificates";
import { toolPath, type ToolName } from "../../../toolchain";

/** Tools that an API server needs in the cache. */
export const serverTools: readonly ToolName[] = ["etcd", "kube-apiserver"];

/** Time limit of a start, seconds. It takes 3 s on an idle machine with 2 cores. */
const startSeconds = 120;

/** etcd's sockets, relative to the folder in which both processes run: a relative path never exceeds the length limit of a socket. */
const sockets = { clients: "unix://etcd.sock", peers: "unix://peer.sock" } as const;

/** An API server for dry runs: of the pinned version, without nodes, controllers and accounts. */
export interface ThrowawayServer {
  readonly client: KubeClient;
  /** Folder of its files, in which its processes run. */
  readonly folder: string;
  stop(): void;
}

/**
 * Starts an API server on loopback that ends with this process, however that ends. Its data is in a temporary folder.
 * @throws Error with the end of its log if it does not start.
 */
export async function startServer(): Promise<ThrowawayServer> {
  removeLeft();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const running: ChildProcess[] = [];
  const stop = () => {
    // The end of the input ends the process: see `guarded`.
    for (const { stdin } of running) stdin?.destroy();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  try {
    const [{ certificate, key, authority }, port] = await Promise.all([
      issueAlone("judge", ["127.0.0.1"]),
      freePort(),
    ]);
    const token = randomBytes(32).toString("hex");
    writeFileSync(join(folder, "tls.crt"), certificate);
    writeFileSync(join(folder, "tls.key"), key, { mode: 0o600 });
    const user = "judge";
    writeFileSync(join(folder, "tokens.csv"), `${token},${user},${user}\n`, { mode: 0o600 });
    running.push(guarded(folder, "etcd", etcdFlags));
    const server = guarded(folder, "kube-apiserver", apiServerFlags(port));
    running.push(server);
    const client = new KubeClient(
      { server: `https://127.0.0.1:${port}`, ca: authority, token },
      { maxSockets: 8, timeoutMs: 20_000 },
    );
    await Promise.race([
      waitFor("The API server that checks apps starts", startSeconds, () =>
        client.get("/readyz", { timeoutMs: 2000 }),
      ),
      once(server, "exit").then(() => {
        throw new Error(`The API server that checks apps has ended.\n${endOfLog(folder)}`);
      }),
    ]);
    return { client, folder, stop: () => (client.close(), stop()) };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Beginning of the name of each folder; the process that made it follows. */
const prefix = "meridian-judge-";

/** Removes the folders of processes that were killed. */
function removeLeft(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^(\d+)-/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : "")?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

const etcdFlags = {
  "data-dir": "etcd",
  "listen-client-urls": sockets.clients,
  "advertise-client-urls": `${sockets.clients}:0`,
  "listen-peer-urls": sockets.peers,
  "initial-advertise-peer-urls": `${sockets.peers}:0`,
  "initial-cluster": `default=${sockets.peers}:0`,
  // Its data does not outlive it.
  "unsafe-no-fsync": "true",
  "log-level": "error",
};

const apiServerFlags = (port: number) => ({
  "etcd-servers": sockets.clients,
  "bind-address": "127.0.0.1",
  "secure-port": String(port),
  "tls-cert-file": "tls.crt",
  "tls-private-key-file": "tls.key",
  "token-auth-file": "tokens.csv",
  // The only user is the one with the token.
  "anonymous-auth": "false",
  "authorization-mode": "AlwaysAllow",
  "service-account-issuer": "https://judge.invalid",
  "service-account-key-file": "tls.crt",
  "service-account-signing-key-file": "tls.key",
  "service-cluster-ip-range": "10.0.0.0/16",
  // No controller creates the accounts that this plugin expects. The checks of references look for them.
  "disable-admission-plugins": "ServiceAccount",
  "endpoint-reconciler-type": "none",
  "enable-priority-and-fairness": "false",
  profiling: "false",
});

/** Ends its child when its input ends, so that no process outlives the one that started it. A background job has no input of its own. */
const guard = `exec 3<&0; "$@" 3<&- & child=$!
{ read -r _ <&3; kill -KILL $child; } 2>/dev/null & reader=$!
exec 3<&-; wait $child; code=$?; kill $reader 2>/dev/null; exit $code`;

/** Starts a tool. It ends when the input of the returned process ends. */
function guarded(folder: string, tool: ToolName, flags: Readonly<Record<string, string>>) {
  const log = openSync(join(folder, `${tool}.log`), "a");
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn("sh", ["-c", guard, "sh", toolPath(tool), ...args], {
    cwd: folder,
    stdio: ["pipe", log, log],
    // Ctrl-C at a terminal reaches this process only, which then ends it.
    detached: true,
  });
  closeSync(log);
  // The process that started it ends without waiting for it.
  child.unref();
  return child;
}

function endOfLog(folder: string): string {
  const lines = readFileSync(join(folder, "kube-apiserver.log"), "utf8").trim().split("\n");
  return lines.slice(-3).join("\n");
}

/** A port that is free now. Another process may take it before the API server does: the start then fails with the reason. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
