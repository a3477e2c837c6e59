import type { AnyHandler } from "./handler";
import { clearance } from "./handlers/loadBalancerCleanup";
import { cluster } from "../providers/local/handlers/cluster";
import { manifests } from "./handlers/manifests";
import { membership } from "../components/federation/handlers/membership";
import { nodePool } from "../providers/local/handlers/nodePool";
import { reachable } from "./handlers/reachable";
import { release } from "../components/delivery/handlers/release";
import { servingCertificate } from "./handlers/servingCertificate";
import { service } from "../providers/local/handlers/service";
import { identities } from "../components/streaming/handlers/identities";
import { kafkaStorage } from "../components/streaming/handlers/kafkaStorage";
import { kafkaTopics } from "../components/streaming/handlers/kafkaTopics";
import { zone } from "../components/dns/handlers/zone";

/** Every resource type of the provider. A new type is one file and one line here. */
export const handlers: Readonly<Record<string, AnyHandler>> = {
  "meridian:local:Cluster": cluster as unknown as AnyHandler,
  "meridian:local:Identities": identities as unknown as AnyHandler,
  "meridian:local:KafkaStorage": kafkaStorage as unknown as AnyHandler,
  "meridian:local:KafkaTopics": kafkaTopics as unknown as AnyHandler,
  "meridian:local:NodePool": nodePool as unknown as AnyHandler,
  "meridian:local:Service": service as unknown as AnyHandler,
  "meridian:local:Zone": zone as unknown as AnyHandler,
  "meridian:index:Clearance": clearance as unknown as AnyHandler,
  "meridian:index:Manifests": manifests as unknown as AnyHandler,
  "meridian:index:Membership": membership as unknown as AnyHandler,
  "meridian:index:Reachable": reachable as unknown as AnyHandler,
  "meridian:index:Release": release as unknown as AnyHandler,
  "meridian:index:ServingCertificate": servingCertificate as unknown as AnyHandler,
};
