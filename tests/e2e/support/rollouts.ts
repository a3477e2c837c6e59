import { setTimeout as sleep } from "node:timers/promises";
import { flaggedApps } from "./flaggedApps";
import { platform } from "./shared";
import { Traffic } from "./traffic";

/** Regions of the shared platform. */
export const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"] as const;

export type Region = (typeof regions)[number];

const traffic = new Traffic(platform);

export const { flag, retire, oneVersion, newVersion, weightOf, weights, reaches, stateOf } =
  flaggedApps(platform, regions);

/** Percentage of requests to a region's gateway that a version has answered. Every request has to be answered well. */
export async function shareOf(region: Region, app: string, version: string): Promise<number> {
  const count = 300;
  let answered = 0;
  const host = `${app}.${traffic.plan.domain}`;
  for (let sent = 0; sent < count; sent += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => traffic.get(region, host)));
    for (const { status, body } of answers) {
      if (status !== 200) throw new Error(`${region} answered ${status}: ${body}`);
      if ((JSON.parse(body) as { version: string }).version === version) answered++;
    }
  }
  return (answered / count) * 100;
}

/** Clients that ask every region's gateway for an app, one request after the other, until they are stopped. */
export function constantClients(app: string): {
  stop(): Promise<{ count: number; bad: string[] }>;
} {
  const host = `${app}.${traffic.plan.domain}`;
  const bad: string[] = [];
  let count = 0;
  let over = false;
  const ask = async (region: Region) => {
    while (!over) {
      const found = await traffic.get(region, host).then(
        ({ status }) => (status === 200 ? undefined : `${status}`),
        (error: unknown) => (error as Error).message,
      );
      count++;
      if (found !== undefined) bad.push(`${new Date().toISOString()} ${region}: ${found}`);
      await sleep(20);
    }
  };
  const clients = Promise.all(regions.map(ask));
  const stop = async () => {
    over = true;
    await clients;
    return { count, bad };
  };
  return { stop };
}
