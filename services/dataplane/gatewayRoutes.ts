/** The end of the initial objects in a watch that replaces a list. */
const initialEnd = '"k8s.io/initial-events-end"';

/**
 * Whether the gateway has its routes. Its `/ping` responds before, and it responds to all requests with 404 until then. It applies no route
 * before it has read all objects of every kind, and after an error it waits for up to ten seconds until it reads a kind again: after
 * the loss of a region, its gateway starts faster than the API server.
 *
 * A gateway that starts reads the objects without a resource version. One that has them reads from the last version that it has seen, and
 * retains its routes while the API server is unreachable.
 */
export class GatewayRoutes {
  /** The kinds whose first read is not complete, by path, with the number of the read. */
  private readonly missing = new Map<string, number>();
  private reads = 0;

  /** True until a gateway starts: one that runs already does not read everything again for a new data plane. */
  get loaded(): boolean {
    return this.missing.size === 0;
  }

  /**
   * Records a request that the gateway makes.
   * @returns undefined unless it reads the objects of a kind for the first time.
   */
  begin(url: string): FirstRead | undefined {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    if (!isFirstRead(searchParams, isWatch(url))) return undefined;
    const read = ++this.reads;
    this.missing.set(pathname, read);
    // An earlier read that ends late is of a gateway that is gone.
    const complete = () => {
      if (this.missing.get(pathname) === read) this.missing.delete(pathname);
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

/** The response to a first read. */
export interface FirstRead {
  readonly passed: (text: string) => void;
  /** The response has status 200 and is complete. */
  readonly ended: () => void;
}

/** Lists have a limit or a version, by which they differ from requests for other things than objects. */
function isFirstRead(query: URLSearchParams, watch: boolean): boolean {
  const version = query.get("resourceVersion") ?? "";
  if (version !== "" && version !== "0") return false;
  return watch
    ? query.get("sendInitialEvents") === "true"
    : query.has("limit") || query.has("resourceVersion");
}

/** Whether a request is a watch. */
export function isWatch(url: string): boolean {
  return /[?&]watch=(1|true)/.test(url);
}
