import { section } from "../../../config/section";
import { checkDelivery } from "./checks";
import { deliverySchema, type DeliveryInput, runSchemas } from "./schema";
import type { DeliveryConfig, TrackConfig } from "./types";

export type * from "./types";

const options = { delivery: deliverySchema, ...runSchemas };

/** `meridian:delivery`, and the options of a single run. */
export const deliverySection = section({
  options: { local: options, aws: options },
  check: checkDelivery,
  resolve: ({ delivery: written, release, breakGlass }, stack) => {
    const delivery: DeliveryConfig = {
      ...written,
      track: resolveTrack(written.track),
      overlays: written.overlays ?? stack,
      ...(release !== undefined && { release }),
      ...(breakGlass !== undefined && { breakGlass }),
    };
    return { delivery };
  },
});

/** The checks have already rejected a track with both or with neither. */
function resolveTrack({ branch, tags, approval, after }: DeliveryInput["track"]): TrackConfig {
  if (tags === undefined) return { kind: "branch", branch: branch ?? "HEAD" };
  return {
    kind: "tags",
    tags,
    approval: approval ?? "required",
    ...(after !== undefined && { after }),
  };
}
