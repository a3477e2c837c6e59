import { routesPath } from "./routes";

/** The end of the initial objects in a watch that replaces a list. */
const initialEnd = '"k8s.io/initial-events-end"';

/**
 * Whether the gateway has its routes. Its `/ping` responds before it has read them, and it responds to all requests with 404 until
 * then: after the loss of a region its gateway starts faster than the API server.
 *
 * A gateway that starts reads its routes without a resource version. One that has them watches or lists them from the last version that it
 * has seen, and retains them while the API server is unreachable.
 */
export class GatewayRoutes {
  /** True until a gateway starts: one that runs already does not read its routes again for a new data plane. */
  loaded = true;
  /** Number of the last first read: an earlier one that ends late is of a gateway that is gone. */
  private reads = 0;

  /**
   * Records a request that the gateway makes.
   * @returns undefined unless it reads routes for the first time; then a function that receives the response's text, and one to call at its
   * complete end.
   */
  begin(url: string): RoutesRead | undefined {
    if (!isFirstRead(url)) return undefined;
    this.loaded = false;
    this.reads += 1;
    const read = this.reads;
    const complete = () => {
      if (read === this.reads) this.loaded = true;
    };
    if (!isWatch(url)) return { passed: () => undefined, ended: complete };
    let [rest, found] = ["", false];
    const passed = (text: string) => {
      if (found) return;
      // The mark may be divided between two chunks.
      rest = (rest + text).slice(-(text.length + initialEnd.length));
      found = rest.includes(initialEnd);
      if (found) complete();
    };
    return { passed, ended: () => undefined };
  }
}

/** The response to a first read of the routes. */
export interface RoutesRead {
  readonly passed: (text: string) => void;
  /** The response has status 200 and is complete. */
  readonly ended: () => void;
}

function isFirstRead(url: string): boolean {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const version = searchParams.get("resourceVersion") ?? "";
  const lists = !isWatch(url) || searchParams.get("sendInitialEvents") === "true";
  return pathname === routesPath && lists && (version === "" || version === "0");
}

/** Whether a request is a watch. */
export function isWatch(url: string): boolean {
  return /[?&]watch=(1|true)/.test(url);
}
