import { tcp, unix } from "../../plan/socketRule";
import type { Component } from "../component";
import { dnsCost } from "./cost";

/** Process of the DNS server. */
export const dnsName = "dns";

/** Name of its port, TCP and UDP. */
export const dnsPort = "dns/dns";

const answers = tcp("pdns_server", dnsPort, { protocol: "dns", guard: "public" });

/** The names of apps: PowerDNS on this machine, Route 53 on AWS. */
export const dns: Component = {
  name: "dns",
  cost: dnsCost,
  tools: { local: ["pdns-server", "pdns-control"] },
  processes: [
    {
      place: "hub",
      name: () => dnsName,
      sockets: [
        answers,
        { ...answers, transport: "udp" },
        unix("pdns_server", "pdns-*.controlsocket", "control"),
      ],
    },
  ],
};
