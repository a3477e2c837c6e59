import { accountCalls } from "./account";
import { identityCalls } from "./identity";
import { networkCalls } from "./network";
import { clusterCalls } from "./cluster";
import type { DataSource } from "./types";
import { zoneCalls } from "./zones";

/** Data sources by token. Another makes a test fail. */
export const dataSources: Readonly<Record<string, DataSource>> = {
  ...accountCalls,
  ...identityCalls,
  ...networkCalls,
  ...clusterCalls,
  ...zoneCalls,
};
