import { killUp, killUpAfterReboot } from "./commands";
import { deleteObject, scaleRollout } from "./drift";
import { gatewaysLost } from "./edges";
import { killProcess, killSupervisor, pauseProcess, reboot } from "./processes";
import { regionLost } from "./region";
import type { Fault } from "./types";

/** Every kind of fault, with its relative weight. */
export const faults: readonly { readonly fault: Fault; readonly weight: number }[] = [
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
