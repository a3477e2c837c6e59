import { toolsOf } from "../../infra/components/tools";

/** Tools that a run on AWS needs besides those that the engine downloads itself. */
export const awsTools = toolsOf("aws");
