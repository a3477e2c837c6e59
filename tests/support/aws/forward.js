// usage: forward.js forward ADDRESS PORT TO   passes connections to ADDRESS:PORT on to 127.0.0.1:TO
//        forward.js proxy PORT NAME TO         a proxy on 127.0.0.1:PORT that knows NAME, which is 127.0.0.1:TO
require("tsx/cjs");
const { forward, proxy } = require("./forwarder.ts");
const [role, first, second, to] = process.argv.slice(2);
if (role === "forward") forward(first, Number(second), Number(to));
else proxy(Number(first), second, Number(to));
