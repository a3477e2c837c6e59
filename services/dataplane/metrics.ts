import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LivePod, PodFacts } from "./pods";

const labels = ["region", "app", "version"] as const;

/** Metrics as an app's own pods would expose them, and the number of pods that respond. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: "http_requests_total",
    help: "Requests that pods have answered. Simulated.",
    labelNames: [...labels, "code"],
    registers: [this.registry],
  });
  private readonly duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from a request's arrival at a pod to its answer. Simulated.",
    labelNames: labels,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(
    private readonly region: string,
    live: () => readonly LivePod[],
  ) {
    const gauge = (name: string, help: string, value: (pod: LivePod) => number) =>
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers: [this.registry],
        collect() {
          this.reset();
          for (const pod of live()) {
            const { app, version } = pod.facts;
            this.inc({ region, app, version }, value(pod));
          }
        },
      });
    gauge("meridian_pods_answering", "Pods that answer.", () => 1);
    gauge("http_requests_in_flight", "Requests being worked on.", ({ work }) => work.inFlight);
    gauge(
      "http_requests_queued",
      "Requests that wait for a pod's slot.",
      ({ work }) => work.queued,
    );
  }

  answered({ app, version }: PodFacts, code: number, seconds: number): void {
    const own = { region: this.region, app, version };
    this.requests.inc({ ...own, code });
    this.duration.observe(own, seconds);
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
