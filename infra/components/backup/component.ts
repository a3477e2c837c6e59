import type { Component } from "../component";

/** Namespace, release and service account of Velero on the hub. */
export const veleroName = "velero";

/** Velero and etcd snapshots on the hub. On AWS only. */
export const backup: Component = { name: "backup", namespaces: [veleroName] };
