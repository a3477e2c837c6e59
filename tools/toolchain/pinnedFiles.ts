import type { PinnedFile } from "./types";

/** Hashes of the tagged files, computed from the checksummed Go modules (the same bytes). */
export const karmadaFiles: readonly PinnedFile[] = Object.entries({
  "apps/apps.karmada.io_workloadrebalancers.yaml":
    "39a8fef6f0ef952c1568dfbc6c52f8d2ae9b2666fdeb1ac75733fb3ef541c72c",
  "autoscaling/autoscaling.karmada.io_cronfederatedhpas.yaml":
    "19696fccead50544442a4b8bfe4cb6a580683b03ddb76aa912d84e1702dc8ed9",
  "autoscaling/autoscaling.karmada.io_federatedhpas.yaml":
    "8a89cd7542c43f37eb2860961a0ed3138cc95f9fe0d2bb6f88390827d3a8a822",
  "config/config.karmada.io_resourceinterpretercustomizations.yaml":
    "7a68e9d34232b0212fbd08aae1c98ac2ec9c78114d11663f99781a321d13bdd0",
  "config/config.karmada.io_resourceinterpreterwebhookconfigurations.yaml":
    "361590b4f2ed38e7ed6cd61459cb7533da4ab3214487f73433de066adec2ced1",
  "multicluster/multicluster.x-k8s.io_serviceexports.yaml":
    "552a23e5d8859f30b1b802309e2196e5c86e941d76e7dc2c31d8ac70db3919b1",
  "multicluster/multicluster.x-k8s.io_serviceimports.yaml":
    "3fe2271e2408ab33940eed61670c692ef6f9f667f5c1705d21535c8fc565570e",
  "networking/networking.karmada.io_multiclusteringresses.yaml":
    "557bd75b1023381377fc0cc1e48cd8fe06de2f15925687f279d42ad72876c93e",
  "networking/networking.karmada.io_multiclusterservices.yaml":
    "4bbd5553cb56703f22d854a8ff161b2fedc409c5a1ffd9f63ce368e110c15415",
  "policy/policy.karmada.io_clusteroverridepolicies.yaml":
    "8dbac75a2bc6ce42a276f75e566324eb1cdb7086c6b10ca7f5460e8bb8b0dd45",
  "policy/policy.karmada.io_clusterpropagationpolicies.yaml":
    "801a945baf08dcbffce48f89b6c96420b333e8e214076e47d0280e49ea2273e8",
  "policy/policy.karmada.io_clustertaintpolicies.yaml":
    "ec0e7390544c3211d8e67986d2b1ba0cfabda43bd96d2f77a72237f726023d28",
  "policy/policy.karmada.io_federatedresourcequotas.yaml":
    "60b3434c572dceb208794a7406025df9054afba0694c993f2b5c1d0be1d09893",
  "policy/policy.karmada.io_overridepolicies.yaml":
    "55a89718db5b9f3a52e071814b536066532f8c5adf9f8dfa5e7005a7aae2bca6",
  "policy/policy.karmada.io_propagationpolicies.yaml":
    "5ea1ecd776f77381691eca53443c35d7a1edda827343ae7bff213b39a0709f07",
  "remedy/remedy.karmada.io_remedies.yaml":
    "b19f00019f99c7cd8655e4957bc201ff5f61b1708561c42612c783a1a237ffdf",
  "work/work.karmada.io_clusterresourcebindings.yaml":
    "9233e9684cdec619cb7a37ec2281b6d526c02236f7ccc60aa6ea0ea0fdb35d0a",
  "work/work.karmada.io_resourcebindings.yaml":
    "3f636e8d70d8fe2179646ebc5795b555df09eeb76f02fe97e7dd1af7ba6eeee6",
  "work/work.karmada.io_works.yaml":
    "e0b702a5e9605b03640a843fdef7883063984eac5fe6b089ef3efcfbe7171589",
}).map(([path, sha256]) => ({ path, sha256 }));

export const argoFiles: readonly PinnedFile[] = Object.entries({
  "application-crd.yaml": "8f7ab4fc146af169e1033a97ea55ad77687b98d7ba95bf39f286ab751e7504f3",
  "applicationset-crd.yaml": "8674444b3f3989027b3fbb14f5715a55a2119ad7a213b7df40e4002aa94eb7f2",
  "appproject-crd.yaml": "d3b1e7d1c88146d6476d6458c824fea85aac56c1129f7d9c97acca14d98f76ad",
}).map(([path, sha256]) => ({ path, sha256 }));

/** Traefik's kinds of resources, all in one file. */
export const traefikFiles: readonly PinnedFile[] = [
  {
    path: "kubernetes-crd-definition-v1.yml",
    sha256: "132c57f044e82fdb157f9c83d25c798dabb75a76b63ea9f77b34902a642f87f8",
  },
];

/** The kinds of Argo Rollouts. */
export const argoRolloutsFiles: readonly PinnedFile[] = Object.entries({
  "analysis-run-crd.yaml": "eb1052e728aeb5e46eb1c1202958585eb48edc5ba25b406b7b41c1049009477d",
  "analysis-template-crd.yaml": "96a871705477bb8876f91630789ce753c8291f0ff5457a8cbc781ff150522369",
  "cluster-analysis-template-crd.yaml":
    "265283fa1dbf10a6b37c3b1e0ece97fa7fe561ca66da8521ca4b194297b31882",
  "experiment-crd.yaml": "419f87b0f6b1b3bfaf0020d71e2b3fe269e232a344e175d123dadceaa17de7ab",
  "rollout-crd.yaml": "d79c0dab9bb386b1c9329fb69cf0d843fff2152b3f7916839755c1aabc7387f5",
}).map(([path, sha256]) => ({ path, sha256 }));

/** Karmada's own webhook configuration; addresses and authority are filled in when it is applied. */
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
    sha256: "d3b0cdc2fda15c753206d25ab459dc7c12df64e2fd652b6809687471ea751c37",
  },
];
