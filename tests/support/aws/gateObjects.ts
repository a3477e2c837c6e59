import { issueAlone } from "../../../infra/local/certificates";
import {
  gateAccount,
  gateAuthorityMap,
  gateConfig,
  gateHost,
  gateNamespace,
  gateParts,
  gatePods,
  gateService,
} from "../../../infra/manifests/aws/rolloutGate";
import { argoRolloutsName, argoRolloutsValues } from "../../../infra/manifests/charts/argoRollouts";
import {
  admissionPath,
  admissionTokenOf,
  gateName,
  gateWebhook,
} from "../../../infra/manifests/rolloutGate";
import { gateTemplates } from "../../../infra/manifests/rollouts";
import type { Manifest } from "../../../infra/manifests/types";
import { tokenOf } from "../../../infra/plan/rollouts/tokens";
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
    gateAuthorityMap(authority),
    chartRecord(authority),
    statefulSet("1"),
    gateService(),
    gateWebhook({ path, ca: authority }),
    ...gateTemplates(`https://${gateHost}`),
  ];
}

/** The gate's flags. */
export function flagsObject(flags: string): Manifest {
  const metadata = { name: gateParts.flags, namespace: gateName };
  return object(
    { apiVersion: "v1", kind: "ConfigMap", metadata },
    { data: { "flags.json": flags } },
  );
}

/** @param version What its configuration is known by: another one means other pods. */
export function statefulSet(version: string): Manifest {
  return gatePods("stand-in.invalid/none", version);
}

/** What the chart of Argo Rollouts leaves where it is installed. */
function chartRecord(authority: string): Manifest {
  const metadata = { name: recordName(argoRolloutsName), namespace: argoRolloutsName };
  const data = { values: JSON.stringify(argoRolloutsValues(authority)) };
  return object({ apiVersion: "v1", kind: "ConfigMap", metadata }, { data });
}

function namespace(name: string): Manifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
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
