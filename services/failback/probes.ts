import * as http from "node:http";

/** Seconds without a successful pass after which the service is not ready. */
const readySeconds = 120;

/** Health of the process, for a kubelet's probes. */
export class Probes {
  private passedAt: number | undefined;

  /** Records a successful pass. */
  passed(): void {
    this.passedAt = Date.now();
  }

  /** `/livez`: the process runs. `/readyz`: Karmada has answered within two minutes. */
  readonly listener: http.RequestListener = ({ method, url }, response) => {
    const known = method === "GET" && (url === "/livez" || url === "/readyz");
    const age = (Date.now() - (this.passedAt ?? -Infinity)) / 1000;
    const well = url === "/livez" || age < readySeconds;
    const text = well ? "ok" : `Karmada has not answered for ${readySeconds} s`;
    response.writeHead(known ? (well ? 200 : 503) : 404).end(known ? text : "");
  };

  /** Listens until the process ends. @throws if the port is taken. */
  listen({ address, port }: { readonly address: string; readonly port: number }): Promise<void> {
    const server = http.createServer(this.listener);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, resolve);
    });
  }
}
