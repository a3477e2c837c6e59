import { execFile, type ExecFileException } from "node:child_process";
import { createHash } from "node:crypto";
import type { Credential } from "./connection";

/** The `exec` of a kubeconfig's user: a command that prints a credential. */
export interface Exec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  /** Printed if the command is not installed. */
  readonly installHint?: string;
}

/** The command's output: see `ExecCredential` of client.authentication.k8s.io. */
interface ExecCredential {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Timeout of the command, milliseconds. AWS needs one or two seconds to issue a token. */
const timeLimitMs = 60_000;

/** A credential is renewed this long before it expires, milliseconds, because the request itself takes time. */
const marginMs = 30_000;

/** Lifetime in the cache of a credential without an expiry, milliseconds. */
const unlimitedMs = 60 * 60_000;

const cache = new Map<string, { until: number; credential: Promise<Credential> }>();

/** Runs the command, or returns its cached credential until that expires. Concurrent callers share one run. */
export function runExec(exec: Exec): Promise<Credential> {
  const key = keyOf(exec);
  const cached = cache.get(key);
  if (cached !== undefined && Date.now() < cached.until) return cached.credential;
  const entry = { until: Infinity, credential: Promise.resolve<Credential>({}) };
  entry.credential = obtain(exec).then(
    ({ credential, expires }) => {
      entry.until = expires - marginMs;
      return credential;
    },
    (error: unknown) => {
      cache.delete(key);
      throw error;
    },
  );
  cache.set(key, entry);
  return entry.credential;
}

/** Discards the cached credential: an API server has rejected it. */
export function forgetExec(exec: Exec): void {
  cache.delete(keyOf(exec));
}

async function obtain(exec: Exec): Promise<{ credential: Credential; expires: number }> {
  if (!versions.includes(exec.apiVersion)) {
    throw new Error(`${exec.command} speaks ${exec.apiVersion}; known are ${versions.join(", ")}`);
  }
  const { status } = parseCredential(exec, await run(exec));
  // A command may print null.
  const { token, clientCertificateData: certificate, clientKeyData: key } = status ?? {};
  if (token === undefined && certificate === undefined) {
    throw new Error(`${describe(exec)} printed neither a token nor a certificate`);
  }
  const expires = Date.parse(status?.expirationTimestamp ?? "");
  return {
    credential: {
      ...(token !== undefined && { token }),
      ...(certificate !== undefined && { certificate }),
      ...(key !== undefined && { key }),
    },
    expires: Number.isNaN(expires) ? Date.now() + unlimitedMs : expires,
  };
}

/** The output is a secret: no error message contains it. */
function parseCredential(exec: Exec, printed: string): ExecCredential {
  let credential: ExecCredential;
  try {
    credential = JSON.parse(printed) as ExecCredential;
  } catch {
    throw new Error(`${describe(exec)} printed something that is no ExecCredential`);
  }
  if (credential.kind !== "ExecCredential" || credential.apiVersion !== exec.apiVersion) {
    throw new Error(
      `${describe(exec)} printed ${credential.apiVersion ?? "no version"} ${credential.kind ?? "no kind"}, ` +
        `where ${exec.apiVersion} ExecCredential was requested`,
    );
  }
  return credential;
}

function run(exec: Exec): Promise<string> {
  const info = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  const env = {
    ...process.env,
    ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
  return new Promise((resolve, reject) => {
    execFile(
      exec.command,
      [...(exec.args ?? [])],
      { env, timeout: timeLimitMs, maxBuffer: 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(reasonOf(exec, error, stderr)));
      },
    );
  });
}

function reasonOf(exec: Exec, error: ExecFileException, stderr: string): string {
  if (error.code === "ENOENT") {
    const hint = exec.installHint ?? "Install it, or put it on PATH.";
    return `${exec.command} is not installed. ${hint.trim()}`;
  }
  if (error.killed === true) return `${describe(exec)} did not end within ${timeLimitMs / 1000} s`;
  return `${describe(exec)} failed: ${stderr.trim().slice(-500) || "it printed no error"}`;
}

function describe({ command, args }: Exec): string {
  return [command, ...(args ?? [])].join(" ");
}

/** A digest: the environment of a command may contain secrets. */
function keyOf(exec: Exec): string {
  return createHash("sha256").update(JSON.stringify(exec)).digest("hex");
}
