// What the stand-in for the `aws` command answers to `describe-cluster` and `describe-load-balancers`, from what was made.
const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");

const [, , command, region, name] = process.argv;
const folder = path.join(process.env.MERIDIAN_AWS_WORLD, "made");
const made = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")))
  .filter((one) => one.region === region);

function describeCluster() {
  const found = made.find(
    ({ type, properties }) => type === "aws:eks/cluster:Cluster" && properties.name === name,
  );
  if (found === undefined) {
    console.error(
      `\nAn error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: No cluster found for name: ${name}.`,
    );
    process.exit(254);
  }
  const { endpoint, certificateAuthority } = found.properties;
  return { cluster: { name, endpoint, certificateAuthority } };
}

function describeLoadBalancers() {
  const balancers = made.filter(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer");
  return {
    LoadBalancers: balancers.map(({ name: pulumiName, properties }) => ({
      // The provider adds such an ending to the resource's name.
      LoadBalancerName: `${pulumiName}-1a2b3c4`,
      Type: properties.loadBalancerType ?? "application",
      DNSName: properties.dnsName,
    })),
  };
}

console.log(
  JSON.stringify(command === "describe-cluster" ? describeCluster() : describeLoadBalancers()),
);
