/** Alerts on the metrics of the streaming monitor, as data. Labels and annotations as Prometheus' rule files have them. */

/** A person acts now, or in working hours. */
export type Severity = "page" | "ticket";

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must be true, e.g. "2m". */
  readonly for: string;
  readonly labels: { readonly severity: Severity; readonly owner: string };
  readonly annotations: {
    /** What users notice or risk. */
    readonly summary: string;
    /** Path in the repository. */
    readonly runbook: string;
  };
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** Team that has to act. */
const owner = "platform";

/** Sums and maxima that several alerts and readers use. */
const names = {
  mirrorLag: "region_source:meridian_kafka_mirror_lag_seconds:max",
  groupLag: "region_group:meridian_kafka_group_lag_records:sum",
  underReplicated: "region:meridian_kafka_under_replicated_partitions:sum",
} as const;

const recorded: readonly RecordingRule[] = [
  {
    record: names.mirrorLag,
    expr: "max by (region, source) (meridian_kafka_mirror_lag_seconds)",
  },
  {
    record: names.groupLag,
    expr: "sum by (region, group) (meridian_kafka_group_lag_records)",
  },
  {
    record: names.underReplicated,
    expr: "sum by (region) (meridian_kafka_under_replicated_partitions)",
  },
];

/**
 * Rules of an environment.
 * @param rpoSeconds the recovery point objective of its mirroring.
 */
export function streamingRules(rpoSeconds: number): RuleGroup {
  return {
    name: "streaming",
    rules: [...recorded, ...brokerAlerts(), ...mirrorAlerts(rpoSeconds), groupAlert()],
  };
}

function brokerAlerts(): AlertRule[] {
  return [
    alert("KafkaDown", "page", {
      expr: "meridian_kafka_up == 0",
      for: "1m",
      summary:
        "Apps in {{ $labels.region }} can neither write nor read records: no broker answers.",
      runbook: "brokers",
    }),
    alert("KafkaBrokerDown", "ticket", {
      expr: "meridian_kafka_brokers < meridian_kafka_brokers_planned",
      for: "5m",
      summary:
        "{{ $value }} brokers are left in {{ $labels.region }}. Apps still work, but the next failure can stop their writes.",
      runbook: "brokers",
    }),
    alert("KafkaUnderReplicated", "ticket", {
      expr: `${names.underReplicated} > 0`,
      for: "5m",
      summary:
        "{{ $value }} partitions in {{ $labels.region }} lack a replica. One more failure can stop writes or lose records.",
      runbook: "brokers",
    }),
    alert("StreamingMonitorDown", "ticket", {
      expr: "absent(meridian_kafka_up)",
      for: "5m",
      summary: "The state of Kafka is unknown, so no other alert about it can fire.",
      runbook: "monitor",
    }),
  ];
}

/** While nothing is copied, the oldest missing record stays the same, so the lag grows by one second each second. */
function mirrorAlerts(rpoSeconds: number): AlertRule[] {
  const stopped = `(deriv(${names.mirrorLag}[2m]) > 0.9 and ${names.mirrorLag} > ${Math.max(rpoSeconds, 60)})`;
  const loss =
    "If {{ $labels.source }} is lost now, {{ $labels.region }} lacks its records of the last {{ $value | humanizeDuration }}";
  return [
    alert("KafkaMirrorDown", "page", {
      expr: `${names.mirrorLag} and ${stopped}`,
      for: "1m",
      summary: `${loss}, and the time grows: the mirror copies nothing.`,
      runbook: "mirrors",
    }),
    alert("KafkaMirrorLag", "page", {
      expr: `${names.mirrorLag} > ${rpoSeconds} unless ${stopped}`,
      for: "5m",
      summary: `${loss}. The objective is ${rpoSeconds} s.`,
      runbook: "mirrors",
    }),
  ];
}

/** The group reads less than is written: it had no moment without lag, and the lag grows. */
function groupAlert(): AlertRule {
  const lag = names.groupLag;
  return alert("KafkaGroupLagGrows", "ticket", {
    expr: `${lag} and deriv(${lag}[15m]) > 0 and min_over_time(${lag}[15m]) > 0`,
    for: "15m",
    summary:
      "The app of the group {{ $labels.group }} in {{ $labels.region }} is {{ $value }} records late, and gets later.",
    runbook: "groups",
  });
}

interface Written {
  readonly expr: string;
  readonly for: string;
  readonly summary: string;
  /** End of its page's name. */
  readonly runbook: "brokers" | "mirrors" | "groups" | "monitor";
}

function alert(name: string, severity: Severity, written: Written): AlertRule {
  return {
    alert: name,
    expr: written.expr,
    for: written.for,
    labels: { severity, owner },
    annotations: {
      summary: written.summary,
      runbook: `docs/runbooks/streaming-${written.runbook}.md`,
    },
  };
}
