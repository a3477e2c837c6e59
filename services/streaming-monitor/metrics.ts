import { Gauge, Registry } from "prom-client";
import {
  groupLags,
  mirrorLag,
  regionOf,
  type RegionState,
  type StreamingState,
} from "../../infra/components/streaming/status";
import type { MonitorConfig, MonitoredFlow } from "./config";
import { FlowLag } from "./lag";

type Add = (labels: Readonly<Record<string, string>>, value: number) => void;

interface Flow {
  readonly to: string;
  readonly flow: MonitoredFlow;
  readonly lag: FlowLag;
}

/** The state of Kafka in Prometheus' text format. A region that does not answer has `meridian_kafka_up` 0 and no other value of its own. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly flows: readonly Flow[];
  private state: StreamingState = {};

  constructor(
    private readonly config: Pick<MonitorConfig, "regions" | "brokers" | "flows">,
    private readonly now: () => number = Date.now,
  ) {
    this.flows = Object.entries(config.flows).flatMap(([to, flows]) =>
      flows.map((flow) => ({ to, flow, lag: new FlowLag(flow) })),
    );
    this.addBrokers();
    this.addTopics();
    this.addMirrors();
    this.addGroups();
  }

  /** Takes the newest reading of a region. */
  update(region: string, state: StreamingState[string]): void {
    this.state = { ...this.state, [region]: state };
    if ("error" in state) return;
    for (const { flow, lag } of this.flows) if (flow.from === region) lag.read(state, this.now());
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private addBrokers(): void {
    const { regions, brokers } = this.config;
    const labels = ["region"];
    this.gauge("up", "1 if a broker of the region answered the last reading.", labels, (add) =>
      Object.keys(regions).forEach((region) => add({ region }, this.answers(region) ? 1 : 0)),
    );
    this.gauge("brokers_planned", "Brokers that the region has by the plan.", labels, (add) =>
      Object.entries(brokers).forEach(([region, count]) => add({ region }, count)),
    );
    this.gauge("brokers", "Brokers that are registered in the region.", labels, (add) =>
      this.each((region, found) => add({ region }, found.brokers)),
    );
  }

  private addTopics(): void {
    const help = "Partitions that lack a replica or a leader.";
    this.gauge("under_replicated_partitions", help, ["region", "topic"], (add) =>
      this.each((region, { topics }) => {
        for (const [topic, { underReplicated }] of Object.entries(topics))
          add({ region, topic }, underReplicated);
      }),
    );
  }

  private addMirrors(): void {
    const labels = ["region", "source", "topic"];
    const records = "Records of the source region that the region's mirror has not copied.";
    this.gauge("mirror_lag_records", records, labels, (add) =>
      this.eachFlow(({ flow, to }, topic, target) => {
        const source = regionOf(this.state, flow.from);
        const lag = mirrorLag({ ...flow, topics: [topic] }, source, target);
        if (lag !== undefined) add({ region: to, source: flow.from, topic }, lag);
      }),
    );
    const seconds = "Time since the source region had a record that the region does not have yet.";
    this.gauge("mirror_lag_seconds", seconds, labels, (add) =>
      this.eachFlow(({ flow, to, lag }, topic, target) => {
        const waited = lag.seconds(target, topic, this.now());
        add({ region: to, source: flow.from, topic }, waited);
      }),
    );
  }

  private addGroups(): void {
    const help = "Records that a consumer group has not read, in the partitions that it has read.";
    this.gauge("group_lag_records", help, ["region", "group", "topic"], (add) =>
      this.each((region, found) => {
        for (const [group, topics] of Object.entries(found.groups))
          for (const [topic, offsets] of Object.entries(topics)) {
            const one = { ...found, groups: { [group]: { [topic]: offsets } } };
            add({ region, group, topic }, groupLags(one)[group] ?? 0);
          }
      }),
    );
  }

  private answers(region: string): boolean {
    return regionOf(this.state, region) !== undefined;
  }

  private each(action: (region: string, found: RegionState) => void): void {
    for (const region of Object.keys(this.config.regions)) {
      const found = regionOf(this.state, region);
      if (found !== undefined) action(region, found);
    }
  }

  private eachFlow(action: (flow: Flow, topic: string, target: RegionState) => void): void {
    for (const flow of this.flows) {
      const target = regionOf(this.state, flow.to);
      if (target !== undefined) flow.flow.topics.forEach((topic) => action(flow, topic, target));
    }
  }

  private gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (add: Add) => void,
  ): void {
    new Gauge({
      name: `meridian_kafka_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      collect() {
        this.reset();
        collect((labels, value) => this.set(labels, value));
      },
    });
  }
}
