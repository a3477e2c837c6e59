import type { NodeObject, PodObject } from "../../services/dataplane/pods";

const condition = (ready: boolean) => ({
  conditions: [
    { type: "Initialized", status: "True" },
    { type: "Ready", status: ready ? "True" : "False" },
  ],
});

/** What a test says of a pod; the rest is in order. */
export interface PodFields {
  readonly ready?: boolean;
  readonly node?: string;
  readonly labels?: Record<string, string>;
  readonly image?: string;
  /** Seconds that its preStop hook sleeps. */
  readonly sleep?: number;
}

/** A pod of the app "shop", version 1, as the API server tells of it. */
export function podObject(uid: string, fields: PodFields = {}): PodObject {
  const labels = { "meridian.dev/app": "shop", "app.kubernetes.io/version": "1" };
  const lifecycle = { preStop: { sleep: { seconds: fields.sleep ?? 0 } } };
  return {
    metadata: { name: `pod-${uid}`, namespace: "shop", uid, labels: fields.labels ?? labels },
    spec: {
      nodeName: fields.node ?? "eu-west-1a-0",
      containers: [
        { image: "helper:9" },
        { image: fields.image ?? "shop:1", ...(fields.sleep === undefined ? {} : { lifecycle }) },
      ].reverse(),
    },
    status: condition(fields.ready ?? true),
  };
}

export function nodeObject(name: string, ready = true, zone?: string): NodeObject {
  const labels = zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
  return { metadata: { name, labels }, status: condition(ready) };
}
