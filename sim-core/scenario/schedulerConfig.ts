import { fieldErrorText } from '../api/machinery/fieldErrors.ts';
import { loadManifests } from '../api/yaml/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import { type ExtenderScript, scriptedExtender } from '../scheduler/extenders/scripted.ts';
import {
  buildProfiles,
  PLUGIN_NAMES,
  ProfileError,
  type SchedulerConfiguration,
} from '../scheduler/framework/config.ts';
import { leftOut } from '../scheduler/framework/outOfTree.ts';
import { PluginError, type UserPlugin } from '../scheduler/framework/userPlugins.ts';
import { validateSchedulerConfiguration } from '../scheduler/framework/validateConfig.ts';
import { type PlaceOfField, pathOf } from './fieldPath.ts';
import type { Place, ScenarioProblem } from './spec.ts';
import { suggest } from './suggest.ts';

/** What is wrong with a KubeSchedulerConfiguration, each finding at its field. `answered` = urlPrefixes of extenders. */
export function checkSchedulerConfiguration(
  configuration: KubeObject,
  users: readonly UserPlugin[],
  answered: readonly string[],
  at: PlaceOfField,
): readonly ScenarioProblem[] {
  const given: unknown = configuration['extenders'];
  const extenders: readonly ({ readonly urlPrefix?: unknown } | null)[] = Array.isArray(given) ? given : [];
  const problems: ScenarioProblem[] = [];
  extenders.forEach((extender, i) => {
    const urlPrefix = typeof extender?.urlPrefix === 'string' ? extender.urlPrefix : '';
    if (urlPrefix === '' || answered.includes(urlPrefix)) return;
    problems.push({
      severity: 'error',
      code: 'unanswered-extender',
      message: `nobody answers the extender ${urlPrefix}`,
      hint: 'script it under controlPlane.schedulers[].extenders, or give a module: orrery run --plugin FILE',
      at: at(['extenders', i, 'urlPrefix']),
    });
  });
  return [...problems, ...configurationProblems(configuration, users, at)];
}

const KIND = 'KubeSchedulerConfiguration';

/** A field without a value (`profiles:`) is absent, as for Go. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, v]) => v !== null && v !== undefined);
  return Object.fromEntries(given.map(([key, v]) => [key, withoutNulls(v)])) as T;
}

/** An object of a file, and where its fields are written. */
interface Placed {
  readonly object: KubeObject;
  readonly placeOf: PlaceOfField;
}

/** The scheduler configurations among objects; people keep them in ConfigMaps too. */
export function schedulerConfigurations(objects: readonly Placed[]): readonly Placed[] {
  return objects.flatMap((placed) => {
    if (placed.object.kind === KIND) return [{ ...placed, object: withoutNulls(placed.object) }];
    if (placed.object.kind !== 'ConfigMap') return [];
    return Object.entries((placed.object['data'] ?? {}) as Readonly<Record<string, unknown>>).flatMap(([key, text]) =>
      typeof text === 'string' && new RegExp(`^kind: *${KIND} *$`, 'm').test(text)
        ? insideOf(placed.placeOf(['data', key]), text)
        : [],
    );
  });
}

/** A text that stands as a block below its key. */
function insideOf(key: Place, text: string): readonly Placed[] {
  return loadManifests(key.file, text)
    .documents.filter((d) => d.object.kind === KIND)
    .map((d) => ({
      object: withoutNulls(d.object),
      placeOf: (path) => {
        const { line, col } = d.positionOf(path);
        return { file: key.file, line: key.line + line, col: key.col + 1 + col };
      },
    }));
}

/** Texts of scripted extenders that are none: selectors and durations. */
export function checkExtenders(scripts: readonly ExtenderScript[], at: PlaceOfField): readonly ScenarioProblem[] {
  return scripts.flatMap((script, i) => {
    try {
      scriptedExtender(script, () => undefined);
      return [];
    } catch (thrown) {
      const message = `extender ${script.urlPrefix}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      return [{ severity: 'error' as const, code: 'bad-extender', message, at: at([i]) }];
    }
  });
}

function configurationProblems(
  configuration: KubeObject,
  users: readonly UserPlugin[],
  at: PlaceOfField,
): readonly ScenarioProblem[] {
  try {
    const errors = validateSchedulerConfiguration(configuration, PLUGIN_NAMES, users);
    if (errors.length === 0) buildProfiles(configuration as SchedulerConfiguration, users);
    const warnings = (errors.some(isShapeError) ? [] : leftOut(configuration, users)).map((w) => ({
      severity: 'warning' as const,
      code: 'not-in-kube-scheduler',
      message: fieldErrorText(w),
      hint: w.field.endsWith('.name') ? 'a module gives it: orrery run --plugin FILE' : undefined,
      at: at(pathOf(w.field)),
    }));
    const found: readonly ScenarioProblem[] = errors.map((e) => ({
      severity: 'error',
      code: 'bad-scheduler',
      message: fieldErrorText(e),
      hint: isUnknownPlugin(e.field, e.body)
        ? pluginHint(e.body, users)
        : e.field === 'featureGates'
          ? 'feature gates are a flag: spec.controlPlane.featureGates of the scenario'
          : undefined,
      at: at(pathOf(e.field)),
    }));
    return [...found, ...warnings];
  } catch (thrown) {
    if (thrown instanceof ProfileError)
      return [{ severity: 'error', code: 'bad-scheduler', message: thrown.message, at: at(pathOf(thrown.field)) }];
    if (!(thrown instanceof PluginError)) throw thrown;
    return [{ severity: 'error', code: 'bad-plugin', message: thrown.message, at: at([]) }];
  }
}

/** Of these fields nothing more can be said. */
const isShapeError = ({ body }: { readonly body: string }): boolean => /: must be a (list|map|text)$/.test(body);

function isUnknownPlugin(field: string, body: string): boolean {
  return body.startsWith('Not found') && /(enabled|pluginConfig)\[[0-9]+\]\.name$/.test(field);
}

function pluginHint(body: string, users: readonly UserPlugin[]): string {
  const name = /"(.*)"/.exec(body)?.[1] ?? '';
  const near = suggest(name, [...PLUGIN_NAMES, ...users.map((u) => u.definition.name)]);
  if (near !== undefined) return `did you mean ${near}?`;
  return 'a plugin that is not in kube-scheduler comes from a module: orrery run --plugin FILE; the page runs only plugins that were in its build';
}
