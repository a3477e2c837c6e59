import type { ObjectDiagnostic } from "./appSafety";
import { at, isWorkload, list, type KubeObject } from "./kubeObject";

const podPath = "spec.template.spec";

/**
 * Diagnostics of container ports. The API server defaults a missing protocol, but Argo CD cannot match such a port with the live one:
 * the app would stay OutOfSync. A strategic merge matches ports by number, so a patch with another number adds a second port of the name.
 */
export function portDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects.filter(isWorkload).flatMap((object) =>
    ["initContainers", "containers"].flatMap((kind) =>
      list(at(object, `${podPath}.${kind}`)).flatMap((container, index) => {
        const ports = list(at(container, "ports"));
        const names = ports.map((port) => at(port, "name"));
        return ports.flatMap((port, place): ObjectDiagnostic[] => {
          const field = `${podPath}.${kind}[${index}].ports[${place}]`;
          const name = names[place];
          return [
            ...(at(port, "protocol") === undefined
              ? [
                  {
                    ...{ object, field: `${field}.protocol`, value: undefined },
                    expected: "TCP, UDP or SCTP",
                    remedy: "write protocol: TCP; without it, the app stays OutOfSync in Argo CD",
                  },
                ]
              : []),
            ...(name !== undefined && names.indexOf(name) < place
              ? [
                  {
                    ...{ object, field: `${field}.name`, value: name },
                    expected: "a name that no other port of the container has",
                    remedy:
                      "add `- $patch: replace` to the patch's ports, which otherwise adds one",
                  },
                ]
              : []),
          ];
        });
      }),
    ),
  );
}
