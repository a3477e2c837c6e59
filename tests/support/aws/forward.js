// usage: forward.js forward ADDRESS PORT TO     passes connections to ADDRESS:PORT on to 127.0.0.1:TO
//        forward.js proxy PORT NAME TO           a proxy on 127.0.0.1:PORT that knows NAME, which is 127.0.0.1:TO
//        forward.js network SOCKET PORT ROUTES   the same on SOCKET and 127.0.0.1:PORT, for all that the file ROUTES names
require("tsx/cjs");
const { forward, network, proxy } = require("./forwarder.ts");
const [role, first, second, third] = process.argv.slice(2);
if (role === "forward") forward(first, Number(second), Number(third));
else if (role === "proxy") proxy(Number(first), second, Number(third));
else network(first, Number(second), third);
