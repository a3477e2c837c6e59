import * as fs from "node:fs";
import * as path from "node:path";
import { issueServing } from "../../../infra/local/certificates";
import {
  admissionPath,
  admissionTokenOf,
  gateRules,
  gateWebhook,
} from "../../../infra/manifests/rolloutGate";
import { gateTemplates } from "../../../infra/manifests/rollouts";
import type { Manifest, PolicyRule } from "../../../infra/manifests/types";
import { tokenOf } from "../../../infra/plan/rollouts/tokens";
import { testRegion } from "../flags";
import { gateKey } from "../gate";
import { writePki } from "../pki";
import { gateName } from "./gatePod";

const host = `${gateName}.${gateName}.svc`;
const etc = "/etc/rollout-gate";
const labels = { "app.kubernetes.io/name": gateName };
const own = { name: gateName, namespace: gateName };

/**
 * A gate's objects by hand: as few as one region's gate and Argo Rollouts need to find each other.
 * @param dir Where certificates are made.
 * @param clusterCa The cluster's own authority, PEM.
 */
export async function gateObjects(
  dir: string,
  clusterCa: string,
  flags: string,
): Promise<readonly Manifest[]> {
  await writePki(dir);
  const pair = await issueServing(dir, "gate", [host]);
  const ca = fs.readFileSync(path.join(dir, "ca.crt"), "utf8");
  return [
    ...namespaces(),
    ...account(),
    secret("rollout-gate-config", {
      "config.json": JSON.stringify(config(clusterCa)),
      key: gateKey,
    }),
    secret("rollout-gate-tls", { "tls.crt": pair.certificate, "tls.key": pair.key }),
    flagsObject(flags),
    map({ name: "rollout-gate-ca", namespace: "argo-rollouts" }, { "ca.crt": ca }),
    statefulSet("1"),
    service,
    webhook(ca),
    ...gateTemplates(`https://${host}`),
  ];
}

/** The gate's flags. */
export function flagsObject(flags: string): Manifest {
  return map({ name: "rollout-gate-flags", namespace: gateName }, { "flags.json": flags });
}

/** @param checksum What its configuration is known by: another one means other pods. */
export function statefulSet(checksum: string): Manifest {
  const volumes = [
    { name: "config", secret: { secretName: "rollout-gate-config" } },
    { name: "tls", secret: { secretName: "rollout-gate-tls" } },
    { name: "flags", configMap: { name: "rollout-gate-flags", optional: true } },
    { name: "launchdarkly", secret: { secretName: "rollout-gate-launchdarkly", optional: true } },
  ];
  const container = {
    name: gateName,
    image: "stand-in.invalid/none",
    args: [`${etc}/config/config.json`],
    ports: [{ name: "https", containerPort: 8443 }],
    volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `${etc}/${name}` })),
  };
  const template = {
    metadata: { labels, annotations: { "checksum/config": checksum } },
    spec: { serviceAccountName: gateName, containers: [container], volumes },
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: own,
    spec: { replicas: 2, serviceName: gateName, selector: { matchLabels: labels }, template },
  };
}

/** Of a region without a federation. */
function config(ca: string): object {
  return {
    region: testRegion,
    flags: { kind: "file", file: `${etc}/flags/flags.json` },
    listen: { address: "0.0.0.0", port: 8443 },
    tls: { certFile: `${etc}/tls/tls.crt`, keyFile: `${etc}/tls/tls.key` },
    keyFile: `${etc}/config/key`,
    memory: { configMap: { namespace: gateName, name: "rollout-gate-memory" } },
    api: {
      server: "https://kubernetes.default.svc",
      ca,
      tokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
    },
    federation: { server: "https://127.0.0.1:1", ca, token: "none" },
  };
}

function namespaces(): Manifest[] {
  return [gateName, "argo-rollouts", "shop"].map((name) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name },
  }));
}

const rbac = "rbac.authorization.k8s.io";

function account(): readonly Manifest[] {
  const memory = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "create", "patch"] };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: own },
    ...granted("ClusterRole", gateRules),
    ...granted("Role", [memory]),
  ];
}

/** A role and its binding to the gate's account. */
function granted(kind: "ClusterRole" | "Role", rules: readonly PolicyRule[]): readonly Manifest[] {
  const apiVersion = `${rbac}/v1`;
  const metadata = kind === "Role" ? own : { name: gateName };
  const roleRef = { apiGroup: rbac, kind, name: gateName };
  const subjects = [{ kind: "ServiceAccount", ...own }];
  return [
    object({ apiVersion, kind, metadata }, { rules }),
    object({ apiVersion, kind: `${kind}Binding`, metadata }, { roleRef, subjects }),
  ];
}

/** A kind that has more than a spec. */
function object(head: Manifest, rest: object): Manifest {
  return { ...head, ...rest };
}

const service: Manifest = {
  apiVersion: "v1",
  kind: "Service",
  metadata: own,
  spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https" }] },
};

function webhook(ca: string): Manifest {
  const token = tokenOf(gateKey, admissionTokenOf);
  const { webhooks, ...rest } = gateWebhook({ path: admissionPath(token), ca });
  return object(rest, { webhooks });
}

function secret(name: string, files: Readonly<Record<string, string | Buffer>>): Manifest {
  const data = Object.fromEntries(
    Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  return object({ apiVersion: "v1", kind: "Secret", metadata: { ...own, name } }, { data });
}

function map(metadata: Manifest["metadata"], data: Readonly<Record<string, string>>): Manifest {
  return object({ apiVersion: "v1", kind: "ConfigMap", metadata }, { data });
}
