import type { AwsTable } from "./types";

/** Types of the cluster part. */
export const clusterTypes: AwsTable = {};
