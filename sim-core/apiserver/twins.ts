import type { KubeObject } from '../contracts/index.ts';

/**
 * Fields that the API's versions hold twice: conversion to the internal version and back makes them agree
 * (pkg/apis/core/v1/conversion.go).
 */

// biome-ignore lint/suspicious/noExplicitAny: pieces of any kind
type Piece = any;

/** Path of the pod spec of a kind. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** serviceAccount and serviceAccountName of a pod spec; podIP and the first of podIPs of a pod's status. */
export function withTwins(object: KubeObject): KubeObject {
  const path = POD_SPECS[object.kind ?? ''];
  if (path === undefined) return object;
  const result = edit(object, path, accountTwins);
  return object.kind === 'Pod' ? edit(result, ['status'], addressTwins) : result;
}

function edit(piece: Piece, path: readonly string[], change: (piece: Piece) => Piece): Piece {
  if (piece === undefined || piece === null) return piece;
  if (path.length === 0) return change(piece);
  const [key, ...rest] = path;
  const child = piece[key];
  const next = edit(child, rest, change);
  return next === child ? piece : { ...piece, [key]: next };
}

function accountTwins(spec: Piece): Piece {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

function addressTwins(status: Piece): Piece {
  if (status.podIP && !status.podIPs?.length) return { ...status, podIPs: [{ ip: status.podIP }] };
  const first = status.podIPs?.[0]?.ip;
  return first && !status.podIP ? { ...status, podIP: first } : status;
}
