import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Traffic } from "./traffic";

/** A request that was not answered as it should have been. */
export interface Lost {
  /** Address that it was sent to. */
  readonly to: string;
  readonly why: string;
  readonly at: string;
}

/** Requests of a client that asks DNS, keeps the answer for its time to live, and tries nothing twice. */
export class SteadyTraffic {
  readonly lost: Lost[] = [];
  answered = 0;
  private over = false;
  private readonly done: Promise<unknown>;

  /**
   * @param from Regions beside which there is a client.
   * @param everyMs Time between two requests of a client.
   */
  constructor(
    private readonly traffic: Traffic,
    private readonly app: string,
    from: readonly string[],
    private readonly everyMs = 25,
  ) {
    this.done = Promise.all(from.map((region) => this.ask(region)));
  }

  /** Ends it. @returns what was lost. */
  async stop(): Promise<readonly Lost[]> {
    this.over = true;
    await this.done;
    return this.lost;
  }

  private async ask(from: string): Promise<void> {
    const agent = new http.Agent({ keepAlive: false });
    const host = `${this.app}.${this.traffic.plan.domain}`;
    let address = "";
    for (let until = 0; !this.over; await sleep(this.everyMs)) {
      try {
        if (Date.now() >= until) {
          address = await this.traffic.address(this.app, from);
          until = Date.now() + 1000 * this.traffic.plan.ttlSeconds;
        }
        const { status } = await this.traffic.getAt(address, host, { agent });
        if (status === 200) this.answered++;
        else this.lose(address, `${status}`);
      } catch (error) {
        this.lose(address, (error as Error).message);
      }
    }
  }

  private lose(to: string, why: string): void {
    this.lost.push({ to, why, at: new Date().toISOString() });
  }
}
