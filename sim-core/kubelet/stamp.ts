/** What SetPodStatus makes of a status before it is kept. Pure functions. */
import type { Json } from '../contracts/index.ts';
import type { StatusJson } from './containerStatus.ts';
import { isKubeletCondition } from './podStatus.ts';
import { sameJson } from './statusPatch.ts';

/**
 * The status as it is kept: with times of transition (updateLastTransitionTime) and the start time, without absent fields.
 * Parts that say what they said before are those of before, so that later comparisons end at their identity.
 */
export function stampedStatus(status: StatusJson, before: StatusJson, now: string): StatusJson {
  const out: Record<string, StatusJson> = {};
  for (const key in status) {
    const value = fieldOf(key, status, before, now);
    if (value !== undefined) out[key] = value;
  }
  out['conditions'] ??= fieldOf('conditions', status, before, now);
  out['startTime'] ??= fieldOf('startTime', status, before, now);
  return out;
}

function fieldOf(key: string, status: StatusJson, before: StatusJson, now: string): StatusJson {
  if (key === 'conditions') return stampedConditions(status.conditions ?? [], before?.conditions ?? [], now);
  if (key === 'startTime') return before?.startTime ?? status.startTime ?? now;
  return kept(before?.[key], status[key]);
}

/** The old value where it says the same, else the new one without absent fields. */
export function kept(before: StatusJson, value: StatusJson): StatusJson {
  if (value === null || typeof value !== 'object') return value;
  if (before !== undefined && sameJson(before as Json, value as Json)) return before;
  if (!Array.isArray(value) || !Array.isArray(before)) return clean(value);
  return value.map((item, i) => kept(before[i], item));
}

function stampedConditions(conditions: readonly StatusJson[], before: readonly StatusJson[], now: string): StatusJson {
  const out: StatusJson[] = [];
  let isSame = conditions.length === before.length;
  for (const c of conditions) {
    const old = conditionOf(before, c.type);
    const stamped = stampedCondition(c, old, now);
    if (stamped !== before[out.length]) isSame = false;
    out.push(stamped);
  }
  return isSame ? before : out;
}

function conditionOf(conditions: readonly StatusJson[], type: string): StatusJson {
  for (const c of conditions) if (c.type === type) return c;
  return undefined;
}

export function stampedCondition(c: StatusJson, old: StatusJson, now: string): StatusJson {
  const isOwn = isKubeletCondition(c.type);
  const lastTransitionTime = isOwn
    ? old?.status === c.status && old?.lastTransitionTime
      ? old.lastTransitionTime
      : now
    : (c.lastTransitionTime ?? old?.lastTransitionTime ?? now);
  if (old === c && old.lastTransitionTime === lastTransitionTime) return old;
  if (
    isOwn &&
    old !== undefined &&
    old.lastTransitionTime === lastTransitionTime &&
    old.status === c.status &&
    old.reason === c.reason &&
    old.message === c.message &&
    old.observedGeneration === c.observedGeneration &&
    old.lastProbeTime === c.lastProbeTime
  )
    return old;
  return isOwn ? ownCondition(c, lastTransitionTime) : clean({ ...c, lastTransitionTime });
}

/** A condition of the kubelet in the API server's order; reason and message are mostly there together or not at all. */
function ownCondition(c: StatusJson, lastTransitionTime: string): StatusJson {
  const { type, observedGeneration, status, lastProbeTime, reason, message } = c;
  if (observedGeneration === undefined || (reason === undefined) !== (message === undefined))
    return clean({ type, observedGeneration, status, lastProbeTime, lastTransitionTime, reason, message });
  return reason === undefined
    ? { type, observedGeneration, status, lastProbeTime, lastTransitionTime }
    : { type, observedGeneration, status, lastProbeTime, lastTransitionTime, reason, message };
}

/** Drops absent fields. What has none is kept as it is. */
export function clean(value: StatusJson): StatusJson {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return cleanList(value);
  let out: Record<string, StatusJson> | undefined;
  for (const key in value) {
    const item = value[key];
    const kept = clean(item);
    if (out === undefined && (kept !== item || item === undefined)) out = fieldsBefore(value, key);
    if (out !== undefined && kept !== undefined) out[key] = kept;
  }
  return out ?? value;
}

function fieldsBefore(value: StatusJson, end: string): Record<string, StatusJson> {
  const out: Record<string, StatusJson> = {};
  for (const key in value) {
    if (key === end) break;
    out[key] = value[key];
  }
  return out;
}

function cleanList(items: readonly StatusJson[]): readonly StatusJson[] {
  let out: StatusJson[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const kept = clean(items[i]);
    if (out === undefined && kept !== items[i]) out = items.slice(0, i);
    out?.push(kept);
  }
  return out ?? items;
}
