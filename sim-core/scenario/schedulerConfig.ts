import { fieldErrorText } from '../api/machinery/fieldErrors.ts';
import type { KubeObject } from '../contracts/index.ts';
import { type ExtenderScript, scriptedExtender } from '../scheduler/extenders/scripted.ts';
import { buildProfiles, PLUGIN_NAMES, type SchedulerConfiguration } from '../scheduler/framework/config.ts';
import { PluginError, type UserPlugin } from '../scheduler/framework/userPlugins.ts';
import { validateSchedulerConfiguration } from '../scheduler/framework/validateConfig.ts';
import type { Place, ScenarioProblem } from './spec.ts';
import { suggest } from './suggest.ts';

/** Where a field of the configuration is written. */
type PlaceOfField = (path: readonly (string | number)[]) => Place;

/** What is wrong with a KubeSchedulerConfiguration, each finding at its field. `answered` = urlPrefixes of extenders. */
export function checkSchedulerConfiguration(
  configuration: KubeObject,
  users: readonly UserPlugin[],
  answered: readonly string[],
  at: PlaceOfField,
): readonly ScenarioProblem[] {
  const extenders: readonly { readonly urlPrefix?: string }[] = configuration['extenders'] ?? [];
  const problems: ScenarioProblem[] = [];
  extenders.forEach(({ urlPrefix = '' }, i) => {
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
    return errors.map((e) => ({
      severity: 'error',
      code: 'bad-scheduler',
      message: fieldErrorText(e),
      hint: isUnknownPlugin(e.field, e.body) ? pluginHint(e.body, users) : undefined,
      at: at(pathOf(e.field)),
    }));
  } catch (thrown) {
    if (!(thrown instanceof PluginError)) throw thrown;
    return [{ severity: 'error', code: 'bad-plugin', message: thrown.message, at: at([]) }];
  }
}

function isUnknownPlugin(field: string, body: string): boolean {
  return body.startsWith('Not found') && /(enabled|pluginConfig)\[[0-9]+\]\.name$/.test(field);
}

function pluginHint(body: string, users: readonly UserPlugin[]): string {
  const name = /"(.*)"/.exec(body)?.[1] ?? '';
  const near = suggest(name, [...PLUGIN_NAMES, ...users.map((u) => u.definition.name)]);
  if (near !== undefined) return `did you mean ${near}?`;
  return 'a plugin that is not in kube-scheduler comes from a module: orrery run --plugin FILE; the page runs only plugins that were in its build';
}

/** `profiles[0].plugins.score` as the keys that lead there. */
function pathOf(field: string): readonly (string | number)[] {
  return field
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[0-9]+$/.test(part) ? Number(part) : part));
}
