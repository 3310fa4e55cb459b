/** What a kubelet would refuse of the files of its machine: static pods, and its configuration's thresholds of eviction. */
import { decode } from '../api/decode/index.ts';
import { applyDefaults } from '../api/defaulting/index.ts';
import { parseDurationUs } from '../api/machinery/duration.ts';
import { fieldErrorText } from '../api/machinery/fieldErrors.ts';
import { value } from '../api/machinery/quantity.ts';
import { validateCreate } from '../api/validation/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import { EVICTION_SIGNALS } from '../kubelet/index.ts';
import { type PlaceOfField, pathOf } from './fieldPath.ts';
import type { Place, ScenarioProblem } from './spec.ts';
import { suggest } from './suggest.ts';

interface Placed {
  readonly object: KubeObject;
  readonly placeOf: PlaceOfField;
}

/** What is wrong with the static pods of a pool (pkg/kubelet/config/common.go tryDecodeSinglePod), each finding at its field. */
export function checkStaticPods(pods: readonly Placed[]): readonly ScenarioProblem[] {
  const names = new Set<string>();
  return pods.flatMap(({ object, placeOf }) => {
    const tell = (severity: 'error' | 'warning', message: string, at: Place): ScenarioProblem => ({
      severity,
      code: 'bad-static-pod',
      message,
      at,
    });
    const { apiVersion, kind } = object;
    if (kind !== 'Pod' || apiVersion !== 'v1')
      return [tell('error', `a static pod is a Pod of v1, not a ${kind} of ${apiVersion}`, placeOf(['kind']))];
    const { object: pod, errors, warnings } = decode(object, { apiVersion, kind, strictness: 'warn' });
    if (errors.length > 0) return errors.map((text) => tell('error', `static pod: ${text}`, placeOf([])));
    if (!pod.metadata?.name) return [tell('error', 'a static pod needs metadata.name', placeOf(['metadata']))];
    const problems = warnings.map((text) =>
      tell('warning', `static pod: ${text}`, placeOf(pathOf(/"(.*)"/.exec(text)?.[1] ?? ''))),
    );
    const namespace = pod.metadata.namespace || 'default';
    const full = applyDefaults({ ...pod, apiVersion, kind, metadata: { ...pod.metadata, namespace } });
    const wrong = validateCreate(full).map((e) =>
      tell('error', `static pod: ${fieldErrorText(e)}`, placeOf(pathOf(e.field))),
    );
    const reference = wrong.length > 0 ? undefined : apiReference(full);
    if (reference !== undefined)
      problems.push(tell('error', `static pods may not reference ${reference}`, placeOf(['spec'])));
    const name = `${namespace}/${pod.metadata.name}`;
    if (wrong.length === 0 && names.has(name))
      problems.push(
        tell('warning', `two static pods are called ${name}: one waits for the end of the other`, placeOf([])),
      );
    names.add(name);
    return [...problems, ...wrong];
  });
}

type Piece = KubeObject['spec'];

/** HasAPIObjectReference, of what pods here can refer to. */
function apiReference({ spec }: KubeObject): string | undefined {
  if (spec.serviceAccountName) return 'serviceaccounts';
  const containers: readonly Piece[] = [...(spec.initContainers ?? []), ...spec.containers];
  const env = containers.flatMap((c) => [
    ...(c.envFrom ?? []),
    ...(c.env ?? []).map((e: Piece) => ({
      configMapRef: e.valueFrom?.configMapKeyRef,
      secretRef: e.valueFrom?.secretKeyRef,
    })),
  ]);
  const volumes: readonly Piece[] = spec.volumes ?? [];
  const sources = volumes.flatMap((v) => [v, ...(v.projected?.sources ?? [])]);
  if (env.some((e) => e.configMapRef) || sources.some((s) => s.configMap)) return 'configmaps';
  if (env.some((e) => e.secretRef) || sources.some((s) => s.secret)) return 'secrets';
  if (sources.some((s) => s.serviceAccountToken)) return 'serviceaccounts';
  if (volumes.some((v) => v.persistentVolumeClaim || v.ephemeral)) return 'persistentvolumeclaims';
  return undefined;
}

const QUANTITIES = ['evictionHard', 'evictionSoft', 'evictionMinimumReclaim'] as const;

/** What is wrong with the fields of a KubeletConfiguration that say when pods are evicted. */
export function checkEviction(config: KubeObject, placeOf: PlaceOfField): readonly ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const tell = (message: string, path: readonly string[], hint?: string) =>
    problems.push({ severity: 'error', code: 'bad-eviction', message, hint, at: placeOf(path) });
  for (const field of [...QUANTITIES, 'evictionSoftGracePeriod']) {
    const given = config[field];
    if (given === undefined) continue;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      tell(`${field} must be a map of signals`, [field]);
      continue;
    }
    for (const [signal, text] of Object.entries(given)) {
      const known = EVICTION_SIGNALS as readonly string[];
      const near = suggest(signal, known);
      if (!known.includes(signal))
        tell(
          `${field}: unknown eviction signal ${signal}`,
          [field, signal],
          near === undefined ? `known are: ${known.join(', ')}` : `did you mean ${near}?`,
        );
      const isRight = field === 'evictionSoftGracePeriod' ? isDuration(text) : isAmount(text);
      const wanted = field === 'evictionSoftGracePeriod' ? 'a duration' : 'a quantity or a percentage';
      if (!isRight) tell(`${field}.${signal}: ${JSON.stringify(text)} is not ${wanted}`, [field, signal]);
    }
  }
  for (const signal of Object.keys(config['evictionSoft'] ?? {}))
    if ((config['evictionSoftGracePeriod'] as Piece | undefined)?.[signal] === undefined)
      tell(`grace period must be specified for the soft eviction threshold ${signal}`, ['evictionSoft', signal]);
  const period = config['evictionPressureTransitionPeriod'];
  if (period !== undefined && !isDuration(period))
    tell(`evictionPressureTransitionPeriod: ${JSON.stringify(period)} is not a duration`, [
      'evictionPressureTransitionPeriod',
    ]);
  return problems;
}

function isAmount(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  if (text.endsWith('%')) return /^[0-9]+(\.[0-9]+)?%$/.test(text);
  try {
    return value(text) >= 0;
  } catch {
    return false;
  }
}

function isDuration(text: unknown): boolean {
  try {
    return typeof text === 'string' && parseDurationUs(text) >= 0;
  } catch {
    return false;
  }
}
