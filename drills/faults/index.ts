import { killUp, killUpAfterReboot } from "./commands";
import { deleteObject, scaleRollout } from "./drift";
import { gatewaysLost } from "./edges";
import { killProcess, killSupervisor, pauseProcess, reboot } from "./processes";
import { regionLost } from "./region";
import {
  brokerLost,
  brokerPaused,
  diskFull,
  mirrorLost,
  regionLostWithConsumers,
} from "./streaming";
import type { Fault } from "./types";

/** A kind of fault, with its relative weight. */
interface Weighted {
  readonly fault: Fault;
  readonly weight: number;
}

/** Every kind of fault of a platform without Kafka. */
export const faults: readonly Weighted[] = [
  { fault: killProcess, weight: 5 },
  { fault: pauseProcess, weight: 3 },
  { fault: deleteObject, weight: 3 },
  { fault: scaleRollout, weight: 2 },
  { fault: regionLost, weight: 2 },
  { fault: gatewaysLost, weight: 4 },
  { fault: killSupervisor, weight: 1 },
  { fault: reboot, weight: 1 },
  { fault: killUp, weight: 1 },
  { fault: killUpAfterReboot, weight: 1 },
];

/** Every kind of fault of Kafka. */
export const streamingFaults: readonly Weighted[] = [
  { fault: brokerLost, weight: 4 },
  { fault: brokerPaused, weight: 2 },
  { fault: mirrorLost, weight: 3 },
  { fault: diskFull, weight: 2 },
  { fault: regionLostWithConsumers, weight: 2 },
];
