import * as dgram from "node:dgram";
import { once } from "node:events";
import * as packet from "dns-packet";

/** A question as the server got it. */
export interface Question {
  readonly name: string;
  readonly type: string;
  /** Address that it came from. */
  readonly from: string;
}

/** Addresses and how long they may be kept; undefined: nothing is answered at all. */
export type Answers = readonly { readonly address: string; readonly ttl: number }[] | undefined;

/** As much of a DNS server as a client can tell, on 127.0.0.1. */
export class TinyDnsServer {
  readonly asked: Question[] = [];
  /** What is answered; an empty list is a name that is not there. */
  answer: (question: Question) => Answers = () => [];
  private constructor(private readonly socket: dgram.Socket) {}

  static async start(): Promise<TinyDnsServer> {
    const socket = dgram.createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const server = new TinyDnsServer(socket);
    socket.on("message", (message, { address, port }) => {
      const query = packet.decode(message);
      const { name = "", type = "" } = query.questions?.[0] ?? {};
      const question = { name, type, from: address };
      server.asked.push(question);
      const found = server.answer(question);
      if (found === undefined) return;
      const answers = found.map(({ address: data, ttl }) => ({
        type: "A" as const,
        name,
        ttl,
        data,
      }));
      const flags = packet.AUTHORITATIVE_ANSWER | (answers.length === 0 ? 3 : 0);
      const reply = { type: "response" as const, id: query.id ?? 0, flags, answers };
      socket.send(packet.encode({ ...reply, questions: query.questions ?? [] }), port, address);
    });
    return server;
  }

  get port(): number {
    return this.socket.address().port;
  }

  async stop(): Promise<void> {
    const closed = once(this.socket, "close");
    this.socket.close();
    await closed;
  }
}
