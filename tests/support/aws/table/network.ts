import type { AwsTable } from "./types";

/** Types of the network part. */
export const networkTypes: AwsTable = {};
