import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../api/machinery/fieldErrors.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check = (args: Fields, at: string) => readonly FieldError[];

const object = (v: unknown): Fields => (typeof v === 'object' && v !== null ? (v as Fields) : {});
const items = (v: unknown): readonly Fields[] => (Array.isArray(v) ? v.map(object) : []);

function inRange(value: unknown, at: string, min: number, max: number, detail: string): readonly FieldError[] {
  if (value === undefined || (typeof value === 'number' && value >= min && value <= max)) return [];
  return [invalid(at, value, detail)];
}

function preemption(args: Fields, at: string): readonly FieldError[] {
  const percentage = args['minCandidateNodesPercentage'] ?? 10;
  const absolute = args['minCandidateNodesAbsolute'] ?? 100;
  const [p, a] = [`${at}.minCandidateNodesPercentage`, `${at}.minCandidateNodesAbsolute`];
  const errors = [
    ...inRange(percentage, p, 0, 100, 'not in valid range [0, 100]'),
    ...inRange(absolute, a, 0, Number.POSITIVE_INFINITY, 'not in valid range [0, inf)'),
  ];
  if (percentage === 0 && absolute === 0) {
    errors.push(
      invalid(p, percentage, 'cannot be zero at the same time as minCandidateNodesAbsolute'),
      invalid(a, absolute, 'cannot be zero at the same time as minCandidateNodesPercentage'),
    );
  }
  return errors;
}

function shape(points: unknown, at: string): readonly FieldError[] {
  const list = items(points);
  if (list.length === 0) return [required(at, 'at least one point must be specified')];
  const errors: FieldError[] = [];
  list.forEach((point, i) => {
    errors.push(...inRange(point['utilization'] ?? 0, `${at}[${i}].utilization`, 0, 100, 'not in valid range [0-100]'));
    errors.push(...inRange(point['score'] ?? 0, `${at}[${i}].score`, 0, 10, 'not in valid range [0-10]'));
    if (i > 0 && Number(point['utilization'] ?? 0) <= Number(list[i - 1]['utilization'] ?? 0))
      errors.push(
        invalid(
          `${at}[${i}].utilization`,
          point['utilization'],
          'utilization values must be sorted in increasing order',
        ),
      );
  });
  return errors;
}

const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'];

function fit(args: Fields, at: string): readonly FieldError[] {
  if (args['scoringStrategy'] === undefined) return [];
  const strategy = object(args['scoringStrategy']);
  const path = `${at}.scoringStrategy`;
  const errors: FieldError[] = [];
  const type = strategy['type'] ?? 'LeastAllocated';
  if (!STRATEGIES.includes(type as string)) errors.push(notSupported(`${path}.type`, type, STRATEGIES));
  items(strategy['resources']).forEach((r, i) => {
    const detail = `resource weight of ${r['name']} not in valid range [1, 100]`;
    errors.push(...inRange(r['weight'], `${path}.resources[${i}].weight`, 1, 100, detail));
  });
  if (type === 'RequestedToCapacityRatio')
    errors.push(...shape(object(strategy['requestedToCapacityRatio'])['shape'], `${path}.shape`));
  return errors;
}

function balanced(args: Fields, at: string): readonly FieldError[] {
  return items(args['resources']).flatMap((r, i) =>
    inRange(r['weight'], `${at}.resources[${i}].weight`, 1, 1, `resource weight of ${r['name']} should be 1`),
  );
}

const SPREAD_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];

function constraint(c: Fields, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { maxSkew, topologyKey, whenUnsatisfiable } = c as {
    maxSkew?: number;
    topologyKey?: string;
    whenUnsatisfiable?: string;
  };
  if (!(Number(maxSkew ?? 0) > 0)) errors.push(invalid(`${at}.maxSkew`, maxSkew ?? 0, 'not in valid range (0, inf)'));
  if ((topologyKey ?? '') === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
  if ((whenUnsatisfiable ?? '') === '') errors.push(required(`${at}.whenUnsatisfiable`, 'can not be empty'));
  else if (!SPREAD_ACTIONS.includes(whenUnsatisfiable as string))
    errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, SPREAD_ACTIONS));
  if (c['labelSelector'] !== undefined)
    errors.push(
      forbidden(`${at}.labelSelector`, 'constraint must not define a selector, as they deduced for each pod'),
    );
  return errors;
}

function spread(args: Fields, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const constraints = items(args['defaultConstraints']);
  const type = args['defaultingType'] ?? 'System';
  if (type !== 'System' && type !== 'List') errors.push(notSupported(`${at}.defaultingType`, type, ['List', 'System']));
  else if (type === 'System' && constraints.length > 0)
    errors.push(invalid(`${at}.defaultingType`, type, 'when .defaultConstraints are not empty'));
  const seen = new Set<string>();
  constraints.forEach((c, i) => {
    const path = `${at}.defaultConstraints[${i}]`;
    errors.push(...constraint(c, path));
    const pair = `{${c['topologyKey']}, ${c['whenUnsatisfiable']}}`;
    if (seen.has(pair)) errors.push(duplicate(path, pair));
    seen.add(pair);
  });
  return errors;
}

function weightOfAffinity(args: Fields, at: string): readonly FieldError[] {
  return inRange(args['hardPodAffinityWeight'], `${at}.hardPodAffinityWeight`, 0, 100, 'not in valid range [0-100]');
}

function binding(args: Fields, at: string): readonly FieldError[] {
  const detail = 'invalid BindTimeoutSeconds, should not be a negative value';
  const errors = [
    ...inRange(args['bindTimeoutSeconds'], `${at}.bindTimeoutSeconds`, 0, Number.POSITIVE_INFINITY, detail),
  ];
  // Scoring by free capacity is alpha and off.
  if (args['shape'] !== undefined)
    errors.push(
      invalid(
        `${at}.shape`,
        args['shape'],
        'unexpected field `shape`, feature gate StorageCapacityScoring is not enabled',
      ),
    );
  return errors;
}

/** Checks of arguments by plugin. Source: pkg/scheduler/apis/config/validation/validation_pluginargs.go. */
export const ARGUMENT_CHECKS: Readonly<Record<string, Check>> = {
  DefaultPreemption: preemption,
  InterPodAffinity: weightOfAffinity,
  NodeResourcesFit: fit,
  NodeResourcesBalancedAllocation: balanced,
  PodTopologySpread: spread,
  VolumeBinding: binding,
};
