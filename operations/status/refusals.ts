import { notSent } from "../../infra/components/federation/temporaryRefusals";
import { karmadaPaths } from "../../infra/components/federation/karmadaApi";

/** An object of which a region has refused the last change. */
export interface RefusedObject {
  readonly region: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** The region's own words. */
  readonly message: string;
}

/** GET of a path of Karmada's API server; undefined if there is no successful response. */
export type Get = <T>(url: string, accept?: string) => Promise<T | undefined>;

/** Only names, labels and printer columns: a binding without its content is a tenth of the bytes. */
const table = "application/json;as=Table;g=meta.k8s.io;v=v1";

/** Label of a binding with its ID, and of each Work of the binding. */
const bindingId = "resourcebinding.karmada.io/permanent-id";

interface Table {
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly {
    readonly cells: readonly unknown[];
    readonly object: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } };
  }[];
}

interface Work {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly workload: {
      readonly manifests: readonly {
        readonly kind: string;
        readonly metadata: { readonly name: string; readonly namespace?: string };
      }[];
    };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/**
 * The objects that regions refuse, as their Works report. A binding repeats it, but keeps an old report after Karmada's controllers
 * have restarted: it only tells which Works to read.
 * @returns undefined if the federation does not answer.
 */
export async function observeRefusals(get: Get): Promise<readonly RefusedObject[] | undefined> {
  const bindings = await get<Table>(`${karmadaPaths.bindings}?includeObject=Metadata`, table);
  if (bindings === undefined) return undefined;
  const ids = incomplete(bindings);
  if (ids.length === 0) return [];
  const selector = encodeURIComponent(`${bindingId} in (${ids.join(",")})`);
  const works = await get<{ items: Work[] }>(`${karmadaPaths.works}?labelSelector=${selector}`);
  return works?.items.flatMap(refused);
}

/** IDs of the bindings of which not every region has reported success. */
function incomplete({ columnDefinitions, rows }: Table): string[] {
  const column = columnDefinitions.findIndex(({ name }) => /^fullyapplied$/i.test(name));
  return rows
    .filter(({ cells }) => cells[column] !== "True")
    .flatMap(({ object }) => object.metadata.labels?.[bindingId] ?? []);
}

function refused({ metadata, spec, status }: Work): RefusedObject[] {
  const failed = status?.conditions?.find(
    ({ type, status: holds }) => type === "Applied" && holds === "False",
  );
  // The region has said nothing. After a restart of Karmada's controllers the condition can outlast its cause (ADR 3).
  if (failed === undefined || failed.message?.includes(notSent)) return [];
  const region = metadata.namespace.replace(/^karmada-es-/, "");
  const message = (failed.message ?? "").replace(
    /^Failed to apply all manifests \(\d+\/\d+\): /,
    "",
  );
  return spec.workload.manifests.map(({ kind, metadata: { name, namespace = "" } }) => ({
    ...{ region, kind, name, namespace, message },
  }));
}
