import type { PinnedFile } from "./types";

/** Hashes of the tagged files, computed from the checksummed Go modules (the same bytes). */
export const karmadaFiles: readonly PinnedFile[] = Object.entries({
  "apps/apps.karmada.io_workloadrebalancers.yaml":
    "7dbd19ae003fc6873c13c58307b4b03872b910661af0f6373d15c98f22ef52c8",
  "autoscaling/autoscaling.karmada.io_cronfederatedhpas.yaml":
    "94abd3a9e5e2ab768065c603834747fb4b68b1854fd797fc5147207b5f0dbd71",
  "autoscaling/autoscaling.karmada.io_federatedhpas.yaml":
    "6e231413c5bcc77c51cceaa9aa7c65694a2393b1c418e62254f2cf0835f4d0b6",
  "config/config.karmada.io_resourceinterpretercustomizations.yaml":
    "75a40fcbda5d09e0e3fc78d93fd066f93764b264f224fbf91872f52788ad218c",
  "config/config.karmada.io_resourceinterpreterwebhookconfigurations.yaml":
    "5b68ff2852e0875a5f8558223f89680d25dfbc681a9488b52f7228abc656c2ae",
  "multicluster/multicluster.x-k8s.io_serviceexports.yaml":
    "552a23e5d8859f30b1b802309e2196e5c86e941d76e7dc2c31d8ac70db3919b1",
  "multicluster/multicluster.x-k8s.io_serviceimports.yaml":
    "3fe2271e2408ab33940eed61670c692ef6f9f667f5c1705d21535c8fc565570e",
  "networking/networking.karmada.io_multiclusteringresses.yaml":
    "856779dae5ee7a9642a8cb1d5fd2b3fca517eda1bec700551c4cca5c102b58ab",
  "networking/networking.karmada.io_multiclusterservices.yaml":
    "8ae62f2c27faa7528c94454ca7376a8f85a77c595d72e6976b44d34fe6ae4bd9",
  "policy/policy.karmada.io_clusteroverridepolicies.yaml":
    "944a09be1f6d708d117bb6f3e2aa9066ae0de3dad9ee897c06fd171508e0ee59",
  "policy/policy.karmada.io_clusterpropagationpolicies.yaml":
    "b46f806938456f92af605e9e7361201a3d139f81a086cc24a972ef82f513758c",
  "policy/policy.karmada.io_clustertaintpolicies.yaml":
    "63b5d13b45cf33a3481a24b4282ea3c342ff096976410a3b8eceb4e2a0786a59",
  "policy/policy.karmada.io_federatedresourcequotas.yaml":
    "cf1e1dd6209ad9c284b043b26414670392981611c799a0d8cbdc1f0f10baef36",
  "policy/policy.karmada.io_overridepolicies.yaml":
    "f650d7b776e6ea31d6733aefefa027edc567172a556190f46b0de0730f05af52",
  "policy/policy.karmada.io_propagationpolicies.yaml":
    "d6d86476d0ca15e850645937c0e775145520bd6d134b91f823b536d80e5ff770",
  "remedy/remedy.karmada.io_remedies.yaml":
    "72a18053f6b547a5d3ebe0e4cf455f728e76cd40217dba27662584f0fb95dd10",
  "work/work.karmada.io_clusterresourcebindings.yaml":
    "386d15e1296295d11aa4d0bc0325748ee0608b46378222372018a7784214bd34",
  "work/work.karmada.io_resourcebindings.yaml":
    "75c71d2dbe2c2d8cf3cedf7fa0d255ffd31773f40365ce9611596cdd7d19998d",
  "work/work.karmada.io_works.yaml":
    "de2815d267ba1e1f19c6594a1f7a4401d37b7d073a206a0ae26277085d343bc2",
}).map(([path, sha256]) => ({ path, sha256 }));

export const argoFiles: readonly PinnedFile[] = Object.entries({
  "application-crd.yaml": "5dde0e229249b6b707beb98674c1deae3949d5c319a6c45b9f5a80c99618e40c",
  "applicationset-crd.yaml": "7d282054f41ca2b71a22bab04a8caf0000e07e53a62432e6ea292dae5ab4f07d",
  "appproject-crd.yaml": "ab225266944322750136f1198d93786e4a79a0e43c8d149abfba44da30a3eac8",
}).map(([path, sha256]) => ({ path, sha256 }));

/** Traefik's kinds of resources, all in one file. */
export const traefikFiles: readonly PinnedFile[] = [
  {
    path: "kubernetes-crd-definition-v1.yml",
    sha256: "1d5e8558803804562238b0d4a57174aadd6d87c36e3c4c55199ebcc356a9406c",
  },
];

/** The kinds of Argo Rollouts. */
export const argoRolloutsFiles: readonly PinnedFile[] = Object.entries({
  "analysis-run-crd.yaml": "bd5fc4bdabe5fb4e7655bdd5e670244bad5d1757aa52f729a193a5fa6e6a729a",
  "analysis-template-crd.yaml": "bb41aa62329355c5ffb38031822b4515cc2f60c5a94fcae5df6099ddbf8c5a08",
  "cluster-analysis-template-crd.yaml":
    "e9689a6f2566acca3c4580c8756963535289ca5092f9fd92727b5770ea0fea68",
  "experiment-crd.yaml": "a5dcd79b08bcfdd0c134cf8ca2ccd2e347a13864256c3e3a4748407ac0ad4b4d",
  "rollout-crd.yaml": "1562decc7b3720c31cbe382eeb62b6fbfd236f8e81a1f98644a9774d1e7d7933",
}).map(([path, sha256]) => ({ path, sha256 }));

/** Karmada's own webhook configuration; addresses and certificate authority are set when it is applied. */
export const karmadaWebhookFiles: readonly PinnedFile[] = [
  {
    path: "webhook-configuration.yaml",
    sha256: "62b3ca4ec6dec0316e96f399ab37d1354ea55e772933439bbe100c2e0ac9dfb4",
  },
];

/** Every kind of the pinned Kubernetes, as its API servers describe them. */
export const openApiFiles: readonly PinnedFile[] = [
  {
    path: "swagger.json",
    sha256: "dcede2063da1d7ad62ecb5af8adb6d7fabd0b52385a7fa0048afb491dac90450",
  },
];
