import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { karmadaNamespace } from "../../federation/component";
import { veleroValues } from "../manifests/veleroChart";
import { veleroName } from "../component";
import { snapshotAccount, snapshotJob, snapshotName } from "../manifests/etcdBackup";
import { type BackupPlan, snapshotPolicy, veleroPolicy } from "../plan";
import { charts } from "../../../plan/charts";
import type { Cluster } from "../../../resources/foundation";
import { installChart } from "../../../resources/chart";
import { PodIdentity } from "../../../providers/aws/access/resources/clusterIdentity";
import type { EksRegionOutputs } from "../../../providers/aws/resources/types";

export interface HubBackupArgs {
  readonly hub: Cluster & Pick<EksRegionOutputs, "eksName">;
  readonly plan: BackupPlan;
  /** Name of a bucket in `plan.region` with versioning. */
  readonly bucket: pulumi.Input<string>;
  /** ARN of that region's key, which encrypts the bucket. */
  readonly keyArn: pulumi.Input<string>;
  /** Resources that have to exist before anything runs on the hub: nodes, the bucket's parts. */
  readonly hubReady: readonly pulumi.Resource[];
  /** Karmada on the hub. The job snapshots its etcd. */
  readonly karmada: pulumi.Resource;
  /** URL of a mirror of all charts. Default: their publishers. */
  readonly mirror: string | undefined;
}

/** Backs up the hub's state to another region: Velero for Kubernetes objects, etcd snapshots for Karmada's. */
export class HubBackup extends pulumi.ComponentResource {
  constructor(name: string, args: HubBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:HubBackup", name, {}, opts);
    this.keepObjects(name, args);
    this.keepSnapshots(name, args);
    this.registerOutputs({});
  }

  private keepObjects(name: string, args: HubBackupArgs): void {
    const { hub, plan, bucket, keyArn, hubReady, mirror } = args;
    const identity = new PodIdentity(
      `${name}-velero`,
      {
        cluster: hub,
        namespace: veleroName,
        serviceAccount: veleroName,
        policy: pulumi
          .all([bucket, keyArn])
          .apply(([place, key]) => veleroPolicy(plan, place, key)),
      },
      { parent: this },
    );
    installChart(
      `${name}-velero`,
      {
        cluster: hub,
        chart: charts.velero,
        mirror,
        release: veleroName,
        namespace: veleroName,
        values: pulumi.output(bucket).apply((place) => veleroValues(plan, place)),
      },
      { parent: this, dependsOn: [...hubReady, ...identity.ready] },
    );
  }

  private keepSnapshots(name: string, args: HubBackupArgs): void {
    const { hub, plan, bucket, keyArn, hubReady, karmada } = args;
    const identity = new PodIdentity(
      `${name}-etcd`,
      {
        cluster: hub,
        namespace: karmadaNamespace,
        serviceAccount: snapshotName,
        policy: pulumi
          .all([bucket, keyArn])
          .apply(([place, key]) => snapshotPolicy(plan, place, key)),
      },
      { parent: this },
    );
    const child = { parent: this, provider: hub.provider, deletedWith: hub.resource };
    const account = new k8s.core.v1.ServiceAccount(`${name}-etcd`, snapshotAccount, {
      ...child,
      dependsOn: [karmada],
    });
    const job = pulumi.output(bucket).apply((place) => snapshotJob(plan, place));
    new k8s.batch.v1.CronJob(
      `${name}-etcd`,
      { metadata: job.metadata, spec: job.spec as never },
      { ...child, dependsOn: [account, ...hubReady, ...identity.ready] },
    );
  }
}
