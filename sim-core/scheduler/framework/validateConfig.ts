import { parseDurationUs } from '../../api/machinery/duration.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../api/machinery/fieldErrors.ts';
import { checkArguments } from './guard.ts';
import { OLD_VERSIONS, OUT_OF_TREE } from './outOfTree.ts';
import { isExtendedResource } from './resources.ts';
import type { UserPlugin } from './userPlugins.ts';
import { ARGUMENT_CHECKS } from './validateArgs.ts';

type Fields = Readonly<Record<string, unknown>>;

const API_VERSION = 'kubescheduler.config.k8s.io/v1';
const KIND = 'KubeSchedulerConfiguration';
const TOP = [
  'apiVersion',
  'kind',
  'metadata',
  'parallelism',
  'leaderElection',
  'clientConnection',
  'healthzBindAddress',
  'metricsBindAddress',
  'enableProfiling',
  'enableContentionProfiling',
  'percentageOfNodesToScore',
  'podInitialBackoffSeconds',
  'podMaxBackoffSeconds',
  'profiles',
  'extenders',
  'delayCacheUntilActive',
];
const PROFILE = ['schedulerName', 'percentageOfNodesToScore', 'plugins', 'pluginConfig'];
const POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
  'multiPoint',
];

const object = (v: unknown): Fields => (typeof v === 'object' && v !== null ? (v as Fields) : {});
const items = (v: unknown): readonly Fields[] => (Array.isArray(v) ? v.map(object) : []);

function unknownFields(fields: Fields, known: readonly string[], at: string): readonly FieldError[] {
  return Object.keys(fields)
    .filter((name) => !known.includes(name))
    .map((name) => forbidden(at === '' ? name : `${at}.${name}`, 'unknown field'));
}

function percentage(value: unknown, at: string): readonly FieldError[] {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 100)) return [];
  return [invalid(at, value, 'not in valid range [0-100]')];
}

function pluginSet(set: Fields, at: string, known: readonly string[]): readonly FieldError[] {
  const errors: FieldError[] = [...unknownFields(set, ['enabled', 'disabled'], at)];
  const seen = new Set<string>();
  items(set['enabled']).forEach(({ name = '', weight }, i) => {
    const path = `${at}.enabled[${i}]`;
    if (!known.includes(name as string)) errors.push(notFound(`${path}.name`, name));
    else if (seen.has(name as string)) errors.push(duplicate(`${path}.name`, name));
    if (weight !== undefined && !(Number.isInteger(weight) && (weight as number) >= 0))
      errors.push(invalid(`${path}.weight`, weight, 'must be a non-negative integer'));
    seen.add(name as string);
  });
  return errors;
}

/** What the plugin itself says about its arguments. */
function userArguments(user: UserPlugin | undefined, args: Fields, at: string): readonly FieldError[] {
  if (user?.definition.validateArgs === undefined) return [];
  return checkArguments(user, args).map(({ field, value, detail }) =>
    value === undefined ? forbidden(joined(at, field), detail) : invalid(joined(at, field), value, detail),
  );
}

const joined = (at: string, field: string) => (field === '' ? at : `${at}.${field}`);

function profileErrors(
  profile: Fields,
  at: string,
  known: readonly string[],
  users: readonly UserPlugin[],
  isOnly: boolean,
): readonly FieldError[] {
  const errors: FieldError[] = [
    ...unknownFields(profile, PROFILE, at),
    ...percentage(profile['percentageOfNodesToScore'], `${at}.percentageOfNodesToScore`),
  ];
  // A single profile is the default scheduler's unless it says otherwise.
  if (!isOnly && (profile['schedulerName'] ?? '') === '') errors.push(required(`${at}.schedulerName`, ''));
  const plugins = object(profile['plugins']);
  errors.push(...unknownFields(plugins, POINTS, `${at}.plugins`));
  for (const point of POINTS)
    if (plugins[point] !== undefined)
      errors.push(...pluginSet(object(plugins[point]), `${at}.plugins.${point}`, known));
  const seen = new Set<string>();
  items(profile['pluginConfig']).forEach(({ name = '', args }, i) => {
    const path = `${at}.pluginConfig[${i}]`;
    if (!known.includes(name as string)) errors.push(notFound(`${path}.name`, name));
    else if (seen.has(name as string)) errors.push(duplicate(path, name));
    else {
      const user = users.find((u) => u.definition.name === name);
      errors.push(...(ARGUMENT_CHECKS[name as string]?.(object(args), `${path}.args`) ?? []));
      errors.push(...userArguments(user, object(args), `${path}.args`));
    }
    seen.add(name as string);
  });
  return errors;
}

/** Source: component-base/config/validation ValidateLeaderElectionConfiguration; times as the API's defaults. */
function electionErrors(election: Fields): readonly FieldError[] {
  if (election['leaderElect'] === false) return [];
  const errors: FieldError[] = [];
  const times: Record<string, number> = {};
  for (const [name, or] of [
    ['leaseDuration', '15s'],
    ['renewDeadline', '10s'],
    ['retryPeriod', '2s'],
  ]) {
    const text = election[name] ?? or;
    if (isDuration(text)) times[name] = parseDurationUs(text as string);
    else errors.push(invalid(`leaderElection.${name}`, text, 'must be a duration'));
  }
  if (errors.length > 0) return errors;
  for (const name of Object.keys(times))
    if (times[name] <= 0) errors.push(invalid(`leaderElection.${name}`, election[name], 'must be greater than zero'));
  if (times['leaseDuration'] <= times['renewDeadline'])
    errors.push(
      invalid(
        'leaderElection.leaseDuration',
        election['renewDeadline'],
        'LeaseDuration must be greater than RenewDeadline',
      ),
    );
  return errors;
}

const EXTENDER = [
  'urlPrefix',
  'filterVerb',
  'preemptVerb',
  'prioritizeVerb',
  'weight',
  'bindVerb',
  'enableHTTPS',
  'tlsConfig',
  'httpTimeout',
  'nodeCacheCapable',
  'managedResources',
  'ignorable',
];

/** Source: validation.go validateExtenders. */
function extenderErrors(extenders: readonly Fields[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const managed = new Set<unknown>();
  extenders.forEach((extender, i) => {
    const at = `extenders[${i}]`;
    const { urlPrefix, prioritizeVerb, weight = 0, httpTimeout } = extender;
    errors.push(...unknownFields(extender, EXTENDER, at));
    if (typeof urlPrefix !== 'string' || urlPrefix === '') errors.push(required(`${at}.urlPrefix`, ''));
    if ((prioritizeVerb ?? '') !== '' && !(Number.isInteger(weight) && (weight as number) > 0))
      errors.push(invalid(`${at}.weight`, weight, 'must have a positive weight applied to it'));
    if (httpTimeout !== undefined && !isDuration(httpTimeout))
      errors.push(invalid(`${at}.httpTimeout`, httpTimeout, 'must be a duration'));
    items(extender['managedResources']).forEach(({ name }, j) => {
      const path = `${at}.managedResources[${j}].name`;
      if (typeof name !== 'string' || !isExtendedResource(name))
        errors.push(invalid(path, name, 'is an invalid extended resource name'));
      if (managed.has(name)) errors.push(invalid(path, name, 'duplicate extender managed resource name'));
      managed.add(name);
    });
  });
  const binders = extenders.filter((e) => (e['bindVerb'] ?? '') !== '').length;
  if (binders > 1)
    errors.push(
      invalid('extenders', `found ${binders} extenders implementing bind`, 'only one extender can implement bind'),
    );
  return errors;
}

function isDuration(text: unknown): boolean {
  try {
    return typeof text === 'string' && parseDurationUs(text) >= 0;
  } catch {
    return false;
  }
}

function queueSort(profile: Fields): string {
  const set = object(object(profile['plugins'])['queueSort']);
  return JSON.stringify(items(set['enabled']).map((p) => p['name']));
}

type Shape = 'map' | 'list' | 'text' | 'number' | 'true or false';

function isA(value: unknown, shape: Shape): boolean {
  if (shape === 'list') return Array.isArray(value);
  if (shape === 'map') return typeof value === 'object' && !Array.isArray(value);
  return typeof value === (shape === 'text' ? 'string' : shape === 'number' ? 'number' : 'boolean');
}

/** Fields that are of another kind than the API's types have them; null counts as absent. */
function shapeErrors(fields: Fields, shapes: Readonly<Record<string, Shape>>, at: string): readonly FieldError[] {
  return Object.entries(shapes).flatMap(([name, shape]) => {
    const value = fields[name];
    const path = at === '' ? name : `${at}.${name}`;
    return value === undefined || value === null || isA(value, shape)
      ? []
      : [invalid(path, value, `must be ${shape === 'true or false' ? shape : `a ${shape}`}`)];
  });
}

const TOP_SHAPES: Readonly<Record<string, Shape>> = {
  profiles: 'list',
  extenders: 'list',
  leaderElection: 'map',
  clientConnection: 'map',
  percentageOfNodesToScore: 'number',
  parallelism: 'number',
  podInitialBackoffSeconds: 'number',
  podMaxBackoffSeconds: 'number',
};
const PROFILE_SHAPES: Readonly<Record<string, Shape>> = {
  schedulerName: 'text',
  percentageOfNodesToScore: 'number',
  plugins: 'map',
  pluginConfig: 'list',
};
const EXTENDER_SHAPES: Readonly<Record<string, Shape>> = {
  urlPrefix: 'text',
  weight: 'number',
  managedResources: 'list',
  nodeCacheCapable: 'true or false',
  ignorable: 'true or false',
};

/** Everything after it reads fields of the right kinds. */
function allShapeErrors(configuration: unknown): readonly FieldError[] {
  if (!isA(configuration, 'map')) return [invalid('', configuration, 'must be a map')];
  const fields = object(configuration);
  const errors: FieldError[] = [...shapeErrors(fields, TOP_SHAPES, '')];
  const each = (list: unknown, at: string, look: (entry: Fields, at: string) => void) => {
    if (!Array.isArray(list)) return;
    list.forEach((entry, i) => {
      if (isA(entry ?? {}, 'map')) look(object(entry), `${at}[${i}]`);
      else errors.push(invalid(`${at}[${i}]`, entry, 'must be a map'));
    });
  };
  each(fields['profiles'], 'profiles', (profile, at) => {
    errors.push(...shapeErrors(profile, PROFILE_SHAPES, at));
    for (const [point, set] of Object.entries(object(profile['plugins']))) {
      const path = `${at}.plugins.${point}`;
      if (!isA(set ?? {}, 'map')) errors.push(invalid(path, set, 'must be a map'));
      else {
        errors.push(...shapeErrors(object(set), { enabled: 'list', disabled: 'list' }, path));
        for (const name of ['enabled', 'disabled'])
          each(object(set)[name], `${path}.${name}`, (entry, place) => {
            errors.push(...shapeErrors(entry, { name: 'text' }, place));
          });
      }
    }
    each(profile['pluginConfig'], `${at}.pluginConfig`, (entry, place) => {
      errors.push(...shapeErrors(entry, { name: 'text', args: 'map' }, place));
    });
  });
  each(fields['extenders'], 'extenders', (extender, at) => {
    errors.push(...shapeErrors(extender, EXTENDER_SHAPES, at));
  });
  return errors;
}

/**
 * What is wrong with a KubeSchedulerConfiguration, by field. `inTree` = names of Kubernetes' own plugins, `users` = others.
 * Source: pkg/scheduler/apis/config/validation.
 */
export function validateSchedulerConfiguration(
  configuration: unknown,
  inTree: readonly string[],
  users: readonly UserPlugin[] = [],
): readonly FieldError[] {
  const shapes = allShapeErrors(configuration);
  if (shapes.length > 0) return shapes;
  const known = [...inTree, ...users.map((u) => u.definition.name), ...OUT_OF_TREE];
  const fields = object(configuration);
  const errors: FieldError[] = [...unknownFields(fields, TOP, '')];
  const { apiVersion = API_VERSION, kind = KIND, profiles } = fields;
  if (apiVersion !== API_VERSION && !OLD_VERSIONS.includes(apiVersion as string))
    errors.push(notSupported('apiVersion', apiVersion, [API_VERSION]));
  if (kind !== KIND) errors.push(notSupported('kind', kind, [KIND]));
  const { parallelism = 16, podInitialBackoffSeconds: first = 1, podMaxBackoffSeconds: most = 10 } = fields;
  if (!(Number(parallelism) > 0))
    errors.push(invalid('parallelism', parallelism, 'should be an integer value greater than zero'));
  errors.push(...percentage(fields['percentageOfNodesToScore'], 'percentageOfNodesToScore'));
  if (!(Number(first) > 0)) errors.push(invalid('podInitialBackoffSeconds', first, 'must be greater than 0'));
  if (Number(most) < Number(first))
    errors.push(invalid('podMaxBackoffSeconds', most, 'must be greater than or equal to PodInitialBackoffSeconds'));
  const list = items(profiles);
  const names = new Set<unknown>();
  list.forEach((profile, i) => {
    errors.push(...profileErrors(profile, `profiles[${i}]`, known, users, list.length === 1));
    const name = profile['schedulerName'];
    if (name !== undefined && names.has(name)) errors.push(duplicate(`profiles[${i}].schedulerName`, name));
    names.add(name);
    if (queueSort(profile) !== queueSort(list[0]))
      errors.push(
        invalid(
          `profiles[${i}].plugins.queueSort`,
          object(profile['plugins'])['queueSort'],
          'queueSort must be the same for all profiles',
        ),
      );
  });
  errors.push(...electionErrors(object(fields['leaderElection'])));
  errors.push(...extenderErrors(items(fields['extenders'])));
  return errors;
}
