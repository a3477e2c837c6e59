import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { stringify } from "yaml";
import { archiveOf, type ChartVersion } from "./archive";
import type { ChartWorld } from "./brings";

/** A chart repository on loopback, in this process. It has every chart that is asked of it by its whole name. */
export class ChartRepository {
  /** Names of the archives that were fetched, e.g. "argo-cd-9.3.7.tgz", in order. */
  readonly fetched: string[] = [];
  private readonly server: http.Server;

  private constructor(
    /** Those that the index names. */
    private readonly charts: readonly ChartVersion[],
    private readonly world: () => ChartWorld,
    private readonly dir: string,
  ) {
    this.server = http.createServer((request, response) => {
      this.answer(request.url ?? "/").then(
        (body) => response.writeHead(body === undefined ? 404 : 200).end(body),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
  }

  /**
   * @param world What charts are given, asked each time that one is fetched.
   * @param dir Folder for what is being packed.
   */
  static async start(
    charts: readonly ChartVersion[],
    world: () => ChartWorld,
    dir: string,
  ): Promise<ChartRepository> {
    const repository = new ChartRepository(charts, world, dir);
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    await new Promise<void>((resolve, reject) => {
      repository.server.once("error", reject);
      repository.server.listen(0, "127.0.0.1", resolve);
    });
    return repository;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(url: string): Promise<string | Buffer | undefined> {
    if (url.endsWith("/index.yaml")) return this.index();
    const file = path.basename(decodeURIComponent(url));
    // The version begins at the last dash that a digit, or a v and a digit, follows.
    const [, name, version] = /^(.+)-(v?\d[^/]*)\.tgz$/.exec(file) ?? [];
    if (name === undefined || version === undefined) return undefined;
    this.fetched.push(file);
    // Two releases of a chart may be fetched at the same time.
    const dir = fs.mkdtempSync(path.join(this.dir, "pack-"));
    try {
      return await archiveOf({ name, version }, this.world(), dir);
    } finally {
      fs.rmSync(dir, { recursive: true, force: true });
    }
  }

  private index(): string {
    const entries: Record<string, object[]> = {};
    for (const { name, version } of this.charts) {
      const entry = { apiVersion: "v2", name, version, urls: [`${name}-${version}.tgz`] };
      entries[name] = [...(entries[name] ?? []), entry];
    }
    return stringify({ apiVersion: "v1", entries });
  }
}
