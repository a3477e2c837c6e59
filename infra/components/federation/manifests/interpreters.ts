import { gateAnnotation, restingPhases, templateHashLabel } from "../../rollouts/object";
import { rolloutApi, rolloutKind } from "../../rollouts/manifests/rollouts";
import { temporaryRefusals } from "../temporaryRefusals";
import { traefikApi } from "../../gateway/manifests/traefik";
import type { Manifest } from "../../../manifests/types";

/** Karmada's label of a workload whose replicas an autoscaler in the region sets. */
const keepReplicas = "resourcetemplate.karmada.io/retain-replicas";

/** Karmada's annotation with the generation of the federation's object that a region's copy was created from. */
const templateGeneration = "resourcetemplate.karmada.io/generation";

/** Reads the replicas that Karmada divides. */
const getReplicas = `local kube = require("kube")
function GetReplicas(obj)
  return obj.spec.replicas, kube.accuratePodRequirements(obj.spec.template)
end
`;

const reviseReplica = `function ReviseReplica(obj, desiredReplica)
  obj.spec.replicas = desiredReplica
  return obj
end
`;

/** If an autoscaler controls the replicas of a region, its value is retained. */
const retainRollout = `function Retain(desiredObj, observedObj)
  local labels = desiredObj.metadata.labels
  if labels ~= nil and labels["${keepReplicas}"] == "true" and observedObj.spec.replicas ~= nil then
    desiredObj.spec.replicas = observedObj.spec.replicas
  end
  return desiredObj
end
`;

/** Gate phases in which a rollout waits, as a Lua table. The federation shows the reason only in these. */
const resting = `{ ${restingPhases.map((phase) => `${phase} = true`).join(", ")} }`;

/**
 * The status that a region reports for its Rollout. The gate status is a JSON annotation, and this Lua has no JSON parser: patterns
 * extract the relevant values by their keys.
 */
const reflectStatus = `function ReflectStatus(observedObj)
  local status = observedObj.status or {}
  local annotations = observedObj.metadata.annotations or {}
  local mark = annotations["${gateAnnotation}"] or ""
  local told = {
    phase = status.phase,
    replicas = status.replicas or 0,
    readyReplicas = status.readyReplicas or 0,
    updatedReplicas = status.updatedReplicas or 0,
    availableReplicas = status.availableReplicas or 0,
    desiredReplicas = observedObj.spec.replicas or 1,
    generation = observedObj.metadata.generation,
    observedGeneration = tonumber(status.observedGeneration or "0") or 0,
    resourceTemplateGeneration = tonumber(annotations["${templateGeneration}"] or "0") or 0,
  }
  -- Words that change with every step are no news to the federation.
  if status.phase == "Degraded" then told.message = status.message end
  -- A mark of another version says nothing of this one.
  if status.currentPodHash ~= nil and string.match(mark, '"hash":"([^"]*)"') == status.currentPodHash then
    told.gatePhase = string.match(mark, '"phase":"([^"]*)"')
    -- While the rollout progresses the reason changes with every step: each change would be three writes in the federation.
    local resting = ${resting}
    if resting[told.gatePhase] == true then told.gateReason = string.match(mark, '"reason":"([^"]*)"') end
  end
  return told
end
`;

/**
 * Aggregates the regions' statuses: healthy if all replicas are placed in regions and every region has finished or waits for its
 * flag. The message contains what each region waits for. Regions without their copy yet report nothing, and Karmada copies an
 * object with 0 replicas to no region. With autoscalers, the sum of the regions' replicas may have any value.
 *
 * A region that refuses the object makes it degraded, with the message of the region's server, so that Argo CD shows it. It is not
 * degraded while the refusal is temporary, for example because its namespace does not exist yet during the first delivery.
 */
const aggregateStatus = `local temporary = { ${temporaryRefusals.map((part) => JSON.stringify(part)).join(", ")} }
local function refusalOf(item)
  local message = item.appliedMessage or ""
  if item.applied == true or message == "" then return nil end
  local lower = string.lower(message)
  for _, part in ipairs(temporary) do
    if string.find(lower, part, 1, true) ~= nil then return nil end
  end
  return string.match(message, "^Failed to apply all manifests %(%d+/%d+%): (.*)$") or message
end
function AggregateStatus(desiredObj, statusItems)
  local status = desiredObj.status or {}
  local generation = desiredObj.metadata.generation or 0
  local labels = desiredObj.metadata.labels or {}
  local wanted = desiredObj.spec.replicas or 1
  local placed = 0
  local sums = { replicas = 0, readyReplicas = 0, updatedReplicas = 0, availableReplicas = 0 }
  local waiting = {}
  local broken = {}
  local current = 0
  local moving = 0
  local resting = ${resting}
  local count = 0
  if statusItems ~= nil then count = #statusItems end
  for i = 1, count do
    local region = statusItems[i].clusterName
    local told = statusItems[i].status
    local refusal = refusalOf(statusItems[i])
    if refusal ~= nil then
      table.insert(broken, region .. " refuses it: " .. refusal)
      current = current + 1
    elseif told == nil then
      moving = moving + 1
    else
      for key, sum in pairs(sums) do sums[key] = sum + (told[key] or 0) end
      if told.resourceTemplateGeneration == generation and told.generation == told.observedGeneration then
        current = current + 1
      end
      placed = placed + (told.desiredReplicas or 0)
      local enough = (told.availableReplicas or 0) >= (told.desiredReplicas or 0)
      if told.gatePhase ~= nil and resting[told.gatePhase] == true and enough then
        table.insert(waiting, region .. " " .. told.gatePhase .. ": " .. (told.gateReason or ""))
      elseif told.phase == "Degraded" then
        table.insert(broken, region .. ": " .. (told.message or "degraded"))
      elseif told.phase ~= "Healthy" then
        moving = moving + 1
      end
    end
  end
  local nowhere = count == 0 and wanted > 0
  local missing = nowhere or (placed < wanted and labels["${keepReplicas}"] ~= "true")
  if missing then table.insert(waiting, "regions have " .. placed .. " of " .. wanted .. " replicas") end
  if current == count and not nowhere then status.observedGeneration = tostring(generation) end
  for key, sum in pairs(sums) do status[key] = sum end
  if #broken > 0 then
    status.phase = "Degraded"
    status.message = table.concat(broken, "; ")
  elseif missing or moving > 0 or current < count then
    status.phase = "Progressing"
    status.message = table.concat(waiting, "; ")
  else
    status.phase = "Healthy"
    status.message = table.concat(waiting, "; ")
  end
  desiredObj.status = status
  return desiredObj
end
`;

/** A region's copy is healthy for failover from a lost region as soon as its pods are available, in any step. */
const interpretHealth = `function InterpretHealth(observedObj)
  local status = observedObj.status
  if status == nil then return false end
  if tostring(observedObj.metadata.generation) ~= tostring(status.observedGeneration) then return false end
  return (status.availableReplicas or 0) >= (observedObj.spec.replicas or 1)
end
`;

/** Argo Rollouts controls the weights in a region: git contains only the initial values. */
const retainWeights = `function Retain(desiredObj, observedObj)
  local function servicesOf(obj)
    if obj.spec ~= nil and obj.spec.weighted ~= nil and obj.spec.weighted.services ~= nil then
      return obj.spec.weighted.services
    end
    return {}
  end
  local weights = {}
  for _, service in ipairs(servicesOf(observedObj)) do weights[service.name] = service.weight end
  for _, service in ipairs(servicesOf(desiredObj)) do
    if weights[service.name] ~= nil then service.weight = weights[service.name] end
  end
  return desiredObj
end
`;

/** Retains the fields that the API server allocates, as Karmada does by default, and Argo Rollouts' pod template hash. */
const retainService = `function Retain(desiredObj, observedObj)
  local observed = observedObj.spec or {}
  if observed.clusterIP ~= nil and observed.clusterIP ~= "" then
    desiredObj.spec.clusterIP = observed.clusterIP
  end
  if observed.healthCheckNodePort ~= nil and observed.healthCheckNodePort > 0 then
    desiredObj.spec.healthCheckNodePort = observed.healthCheckNodePort
  end
  if observed.selector ~= nil and desiredObj.spec.selector ~= nil then
    desiredObj.spec.selector["${templateHashLabel}"] = observed.selector["${templateHashLabel}"]
  end
  return desiredObj
end
`;

/**
 * The federation has no status of a PodDisruptionBudget. The status changes with every pod, and Karmada would write each change to
 * the Work, the binding and the federation's object. Pods are evicted in their region, whose API server has the status.
 */
const budget = {
  statusReflection: "function ReflectStatus(observedObj)\n  return {}\nend\n",
  statusAggregation:
    "function AggregateStatus(desiredObj, statusItems)\n  return desiredObj\nend\n",
  healthInterpretation: "function InterpretHealth(observedObj)\n  return true\nend\n",
};

function interpreter(
  name: string,
  target: { apiVersion: string; kind: string },
  scripts: Readonly<Record<string, string>>,
): Manifest {
  const customizations = Object.fromEntries(
    Object.entries(scripts).map(([what, luaScript]) => [what, { luaScript }]),
  );
  return {
    apiVersion: "config.karmada.io/v1alpha1",
    kind: "ResourceInterpreterCustomization",
    metadata: { name },
    spec: { target, customizations },
  };
}

/**
 * Karmada's interpreters for Rollouts and for objects that Argo Rollouts modifies in regions (ADR 15): which fields belong to a
 * region, how replicas are divided, and how the regions' statuses are aggregated. Budgets: see `budget`.
 */
export function interpreters(): Manifest[] {
  const rollout = { apiVersion: rolloutApi, kind: rolloutKind };
  return [
    interpreter("meridian-rollout", rollout, {
      replicaResource: getReplicas,
      replicaRevision: reviseReplica,
      retention: retainRollout,
      statusReflection: reflectStatus,
      statusAggregation: aggregateStatus,
      healthInterpretation: interpretHealth,
    }),
    interpreter(
      "meridian-weights",
      { apiVersion: traefikApi, kind: "TraefikService" },
      { retention: retainWeights },
    ),
    interpreter(
      "meridian-service",
      { apiVersion: "v1", kind: "Service" },
      { retention: retainService },
    ),
    interpreter(
      "meridian-budget",
      { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
      budget,
    ),
  ];
}
