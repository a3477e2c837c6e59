import { writeOwnEnvironment } from "../../bench/platform";
import { drillTopic } from "./topic";

/** Gives a home an environment with Kafka: one topic for drills, mirrored between all regions. */
export function writeStreamingEnvironment(home: string): void {
  writeOwnEnvironment(home, { "meridian:streaming": streamingSettings });
}

/** Settings of streaming with the topic that drills use. */
export const streamingSettings = {
  topics: {
    [drillTopic.topic]: { partitions: 6, writers: ["orders"], readers: [drillTopic.reader] },
  },
  mirroring: { rpoSeconds: 2 },
};
