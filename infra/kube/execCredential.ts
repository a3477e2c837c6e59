import { execFile, type ExecFileException } from "node:child_process";
import { createHash } from "node:crypto";

/** The `exec` of a kubeconfig's user: a command that prints what to authenticate with. */
export interface Exec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  /** What to tell whoever has not got the command. */
  readonly installHint?: string;
}

/** What a client shows to an API server: a bearer token, a certificate (base64 of PEM), or both. */
export interface Identity {
  readonly token?: string;
  readonly certData?: string;
  readonly keyData?: string;
}

/** What the command prints: see `ExecCredential` of client.authentication.k8s.io. */
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

/** How long the command may take, milliseconds: a token of AWS takes one or two seconds. */
const timeLimitMs = 60_000;

/** A credential is asked for anew this long before it expires, milliseconds: a request takes time too. */
const marginMs = 30_000;

/** How long one is kept that does not say when it expires, milliseconds. */
const unlimitedMs = 60 * 60_000;

const kept = new Map<string, { until: number; identity: Promise<Identity> }>();

/** Runs the command, or gives what it said before while that holds. Callers at one time share one run. */
export function runExec(exec: Exec): Promise<Identity> {
  const key = keyOf(exec);
  const earlier = kept.get(key);
  if (earlier !== undefined && Date.now() < earlier.until) return earlier.identity;
  const entry = { until: Infinity, identity: Promise.resolve({}) as Promise<Identity> };
  entry.identity = ask(exec).then(
    ({ identity, expires }) => {
      entry.until = expires - marginMs;
      return identity;
    },
    (error: unknown) => {
      kept.delete(key);
      throw error;
    },
  );
  kept.set(key, entry);
  return entry.identity;
}

/** Forgets what the command said: an API server has refused it. */
export function forgetExec(exec: Exec): void {
  kept.delete(keyOf(exec));
}

async function ask(exec: Exec): Promise<{ identity: Identity; expires: number }> {
  if (!versions.includes(exec.apiVersion)) {
    throw new Error(`${exec.command} speaks ${exec.apiVersion}; known are ${versions.join(", ")}`);
  }
  const printed = await run(exec);
  const credential = parseCredential(exec, printed);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } =
    credential.status ?? {};
  if (token === undefined && clientCertificateData === undefined) {
    throw new Error(`${describe(exec)} printed neither a token nor a certificate`);
  }
  const expires = Date.parse(expirationTimestamp ?? "");
  return {
    identity: {
      ...(token === undefined ? {} : { token }),
      // It prints PEM where a kubeconfig has base64 of it.
      ...(clientCertificateData === undefined ? {} : { certData: base64(clientCertificateData) }),
      ...(clientKeyData === undefined ? {} : { keyData: base64(clientKeyData) }),
    },
    expires: Number.isNaN(expires) ? Date.now() + unlimitedMs : expires,
  };
}

/** What the command prints is a secret: no message holds it. */
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
        `where ${exec.apiVersion} ExecCredential was asked for`,
    );
  }
  return credential;
}

function run(exec: Exec): Promise<string> {
  const asked = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  const env = {
    ...process.env,
    ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(asked),
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

function reasonOf(exec: Exec, error: ExecFileException, said: string): string {
  if (error.code === "ENOENT") {
    const hint = exec.installHint ?? "Install it, or put it on PATH.";
    return `${exec.command} is not there. ${hint.trim()}`;
  }
  if (error.killed === true) return `${describe(exec)} did not end within ${timeLimitMs / 1000} s`;
  const words = said.trim() === "" ? "it said nothing" : said.trim().slice(-500);
  return `${describe(exec)} failed: ${words}`;
}

function describe({ command, args }: Exec): string {
  return [command, ...(args ?? [])].join(" ");
}

/** A digest, as variables of a command may be secrets. */
function keyOf(exec: Exec): string {
  return createHash("sha256").update(JSON.stringify(exec)).digest("hex");
}

function base64(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
