import { once } from "node:events";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { issueServing } from "../../infra/providers/local/certificates";
import { makeFolder } from "./folder";
import { writePki } from "./pki";

/** What a server needs: its pair and the authority that its clients trust. */
type Identity = Awaited<ReturnType<typeof issueServing>> & { readonly ca: string };

const identities = new Map<string, Promise<Identity>>();

/** One for each name, with an authority of its own. Making keys takes longer than most tests that use a server. */
function identityOf(name: string): Promise<Identity> {
  const made = identities.get(name) ?? makeIdentity(name);
  identities.set(name, made);
  return made;
}

async function makeIdentity(name: string): Promise<Identity> {
  const folder = makeFolder();
  await writePki(folder.dir);
  const pair = await issueServing(folder.dir, "api", [name]);
  const ca = fs.readFileSync(path.join(folder.dir, "ca.crt"), "utf8");
  folder.remove();
  return { ...pair, ca };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An API server for clients with a token, whose answers a test writes piece by piece. */
export class TokenApi {
  /** Method and URL of everything asked, in order. */
  readonly asked: string[] = [];
  /** What is answered from now on. */
  answer: Answer = (_, response) => response.writeHead(404).end("{}");
  private constructor(
    private readonly server: https.Server,
    readonly api: { readonly server: string; readonly ca: string; readonly token: string },
  ) {}

  /** @param name that its certificate is for. Default: its address. */
  static async start(name = "127.0.0.1"): Promise<TokenApi> {
    const { certificate, key, ca } = await identityOf(name);
    const server = https.createServer({ cert: certificate, key });
    const port = await listen(server);
    const fake = new TokenApi(server, { server: `https://127.0.0.1:${port}`, ca, token: "t0ken" });
    server.on("request", (request, response) => {
      fake.asked.push(`${request.method} ${request.url}`);
      if (request.headers.authorization !== "Bearer t0ken") return response.writeHead(401).end();
      fake.answer(request, response);
    });
    return fake;
  }

  /** Goes away: what is connected is cut off, and whoever comes is refused. */
  async leave(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Comes back where it was. */
  async comeBack(): Promise<void> {
    if (!this.server.listening) await listen(this.server, Number(new URL(this.api.server).port));
  }
}

/** @returns the port on 127.0.0.1. */
async function listen(server: https.Server, port = 0): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
