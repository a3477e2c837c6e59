import { issueAlone } from "../../../infra/providers/local/certificates";
import {
  gateAccount,
  gateConfig,
  gateContainer,
  gateFolders,
  gateHost,
  gateMetadata,
  gateNamespace,
  gateParts,
  gatePod,
  gateSet,
  gateService,
} from "../../../infra/components/rollouts/manifests/awsRolloutGate";
import {
  argoRolloutsValues,
  gateAuthority,
} from "../../../infra/components/rollouts/manifests/argoRolloutsChart";
import { argoRolloutsName } from "../../../infra/components/rollouts/component";
import {
  admissionPath,
  admissionTokenOf,
  gateWebhook,
} from "../../../infra/components/rollouts/manifests/rolloutGate";
import { gateTemplates } from "../../../infra/components/rollouts/manifests/rollouts";
import type { Manifest } from "../../../infra/manifests/types";
import { gateName } from "../../../infra/plan/names";
import { tokenOf } from "../../../infra/components/rollouts/tokens";
import { testRegion } from "../flags";
import { gateKey } from "../gate";
import { recordName } from "./charts/archive";

/**
 * A region's gate as the platform puts it into a cluster, with a federation that does not answer.
 * @param clusterCa The cluster's own authority, PEM.
 * @param flags In LaunchDarkly's file format.
 */
export async function gateObjects(clusterCa: string, flags: string): Promise<readonly Manifest[]> {
  const { authority, certificate, key } = await issueAlone(gateName, [gateHost]);
  const federation = { server: "https://127.0.0.1:1", ca: authority, token: "none" };
  const config = gateConfig({
    region: testRegion,
    flags: { kind: "file" },
    ca: clusterCa,
    federation,
  });
  const path = admissionPath(tokenOf(gateKey, admissionTokenOf));
  return [
    ...[argoRolloutsName, "shop"].map(namespace),
    gateNamespace(false),
    ...gateAccount(),
    secret(gateParts.config, { "config.json": JSON.stringify(config), key: gateKey }),
    secret(gateParts.tls, { "tls.crt": certificate, "tls.key": key }),
    flagsObject(flags),
    configMap(argoRolloutsName, gateAuthority.name, { [gateAuthority.key]: authority }),
    chartRecord(authority),
    statefulSet("1"),
    gateService(),
    gateWebhook({ path, ca: authority }),
    ...gateTemplates(`https://${gateHost}`),
  ];
}

/** The gate's flags. */
export function flagsObject(flags: string): Manifest {
  return configMap(gateName, gateParts.flags, { "flags.json": flags });
}

/** @param version What its configuration is known by: another one means other pods. */
export function statefulSet(version: string): Manifest {
  const { template, ...set } = gateSet(version);
  const { ports, ...container } = gateContainer("stand-in.invalid/none");
  const listed = Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort }));
  const { config, tls, flags } = gateParts;
  const volumes = [
    ...[config, tls].map((name) => ({ name, secret: { secretName: name } })),
    { name: flags, configMap: { name: flags } },
  ];
  const volumeMounts = (["config", "tls", "flags"] as const).map((part) => ({
    ...{ name: gateParts[part], mountPath: gateFolders[part] },
  }));
  const containers = [{ ...container, ports: listed, volumeMounts }];
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: gateMetadata,
    spec: { ...set, template: { ...template, spec: { ...gatePod, containers, volumes } } },
  };
}

/** What the chart of Argo Rollouts leaves where it is installed. */
function chartRecord(authority: string): Manifest {
  const values = JSON.stringify(argoRolloutsValues(authority));
  return configMap(argoRolloutsName, recordName(argoRolloutsName), { values });
}

function namespace(name: string): Manifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function configMap(
  namespace: string,
  name: string,
  data: Readonly<Record<string, string>>,
): Manifest {
  const metadata = { name, namespace };
  return object({ apiVersion: "v1", kind: "ConfigMap", metadata }, { data });
}

function secret(name: string, files: Readonly<Record<string, string | Buffer>>): Manifest {
  const metadata = { name, namespace: gateName };
  const data = Object.fromEntries(
    Object.entries(files).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  return object({ apiVersion: "v1", kind: "Secret", metadata }, { data });
}

/** A kind that has more than a spec. */
function object(head: Manifest, rest: object): Manifest {
  return { ...head, ...rest };
}
