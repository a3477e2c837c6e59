// usage: forward.js ADDRESS PORT TO   passes connections to ADDRESS:PORT on to 127.0.0.1:TO
require("tsx/cjs");
const [address, port, to] = process.argv.slice(2);
require("./forwarder.ts").forward(address, Number(port), Number(to));
