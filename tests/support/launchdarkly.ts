import * as http from "node:http";
import type { ReceivedFlag } from "../../infra/components/rollouts/flags";
import { closed, listening } from "./http";

/** As much of LaunchDarkly's streaming service as an SDK can tell: server-sent events on `/all`. */
export class FakeLaunchDarkly {
  readonly flags = new Map<string, ReceivedFlag>();
  /** Headers of everything that was asked, in order. */
  readonly asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  /** Status that the next ones are refused with; undefined: they are let in. */
  refuse: number | undefined;
  /** Whether whoever connects is sent all flags. */
  tells = true;
  private readonly streams = new Set<http.ServerResponse>();
  private server: http.Server | undefined;
  private port = 0;

  constructor(private readonly sdkKey: string) {}

  /** Listens, on the same port as before if it has listened already. */
  async listen(): Promise<void> {
    this.server = http.createServer((request, response) => this.answer(request, response));
    this.port = await listening(this.server, "127.0.0.1", this.port);
  }

  /** Goes away with all connections. */
  async leave(): Promise<void> {
    await closed(this.server);
    this.streams.clear();
  }

  get baseUrls() {
    const url = `http://127.0.0.1:${this.port}`;
    return { stream: url, polling: url, events: url };
  }

  get connections(): number {
    return this.streams.size;
  }

  patch(flag: ReceivedFlag): void {
    this.flags.set(flag.key, flag);
    this.event("patch", { path: `/flags/${flag.key}`, data: flag });
  }

  delete(key: string, version: number): void {
    this.flags.delete(key);
    this.event("delete", { path: `/flags/${key}`, version });
  }

  put(): void {
    for (const stream of this.streams) this.sendAll(stream);
  }

  /** What keeps a stream alive. */
  beat(): void {
    this.write(":\n");
  }

  /** Part of an event whose rest never comes. */
  half(flag: ReceivedFlag): void {
    const text = JSON.stringify({ path: `/flags/${flag.key}`, data: flag });
    this.write(`event: patch\ndata: ${text.slice(0, text.length / 2)}`);
  }

  /** A whole event that is not JSON. */
  garble(): void {
    this.write('event: patch\ndata: {"path": "/fl\n\n');
  }

  /** Cuts all connections off. */
  drop(): void {
    for (const stream of this.streams) stream.socket?.destroy();
  }

  private event(name: string, data: object): void {
    this.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private write(text: string): void {
    for (const stream of this.streams) stream.write(text);
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { url = "", headers } = request;
    this.asked.push({ url, authorization: headers.authorization });
    const refused = this.refuse ?? (headers.authorization === this.sdkKey ? undefined : 401);
    if (refused !== undefined || url !== "/all")
      return void response.writeHead(refused ?? 404).end();
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    if (this.tells) this.sendAll(response);
  }

  private sendAll(response: http.ServerResponse): void {
    const data = { flags: Object.fromEntries(this.flags), segments: {} };
    response.write(`event: put\ndata: ${JSON.stringify({ path: "/", data })}\n\n`);
  }
}
