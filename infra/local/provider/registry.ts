import type { AnyHandler } from "./handler";
import { clearance } from "./clearance";
import { cluster } from "./cluster";
import { manifests } from "./manifests";
import { membership } from "./membership";
import { nodePool } from "./nodePool";
import { reachable } from "./reachable";
import { release } from "./release";
import { servingCertificate } from "./servingCertificate";
import { service } from "./service";
import { zone } from "./zone";

/** Every resource type of the provider. A new one is one file and one line here. */
export const handlers: Readonly<Record<string, AnyHandler>> = {
  "meridian:local:Cluster": cluster as unknown as AnyHandler,
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
