import { useState } from 'react';
import type { BreakpointSpec } from '../../sim-core/index.ts';
import { useT } from '../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { setBreakpoints } from '../state/time.ts';
import { Icon } from './Icon.tsx';
import { Modal } from './Modal.tsx';

type Kind = BreakpointSpec['on'];
const KINDS: readonly Kind[] = ['object', 'condition', 'failedScheduling', 'leaderChange', 'crash', 'violation'];

/** A breakpoint in a few words of its own terms. */
export function specText(spec: BreakpointSpec): string {
  switch (spec.on) {
    case 'condition':
      return spec.expression;
    case 'object':
      return [[spec.resource, spec.namespace, spec.name].filter((p) => p !== undefined).join('/'), spec.when ?? '']
        .filter((p) => p !== '')
        .join(': ');
    case 'failedScheduling':
      return spec.reason ?? '';
    case 'leaderChange':
      return spec.election ?? 'etcd';
    case 'crash':
      return spec.target ?? '';
    case 'violation':
      return spec.checker ?? '';
  }
}

/** `pods/shop/web-1`, `nodes/n-1`, `pods`: which objects are meant. */
function objectSpec(path: string, when: string): BreakpointSpec {
  const parts = path.split('/').filter((p) => p !== '');
  const place =
    parts.length === 3 ? { namespace: parts[1], name: parts[2] } : parts.length === 2 ? { name: parts[1] } : {};
  return { on: 'object', resource: parts[0] ?? 'pods', ...place, ...(when === '' ? {} : { when }) };
}

function specOf(kind: Kind, value: string, when: string): BreakpointSpec {
  const given = value.trim();
  const optional = given === '' ? undefined : given;
  switch (kind) {
    case 'object':
      return objectSpec(given, when.trim());
    case 'condition':
      return { on: kind, expression: given };
    case 'failedScheduling':
      return { on: kind, reason: optional };
    case 'leaderChange':
      return { on: kind, election: optional };
    case 'crash':
      return { on: kind, target: optional };
    case 'violation':
      return { on: kind, checker: optional };
  }
}

/** Where playing and recording stop. */
export function BreaksDialog() {
  const t = useT();
  const breakpoints = useApp((s) => s.breakpoints);
  const selection = useApp((s) => s.selection);
  const isUnjudged = useApp((s) => s.facts?.judges === false);
  const [kind, setKind] = useState<Kind>('object');
  const [value, setValue] = useState(selection);
  const [when, setWhen] = useState('');
  const [problem, setProblem] = useState('');
  const take = (next: typeof breakpoints) =>
    setBreakpoints(next).then(
      () => setProblem(''),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  return (
    <Modal title={t('breaks.title')} text={t('breaks.text')}>
      {breakpoints.length === 0 && <p className="dim small2">{t('breaks.empty')}</p>}
      <ul className="rows">
        {breakpoints.map((b, i) => {
          const name = `${t(`breaks.${b.spec.on}`)} ${specText(b.spec)}`;
          return (
            <li key={JSON.stringify(b.spec)} className="row">
              <input
                type="checkbox"
                checked={b.on}
                aria-label={t('breaks.on', { name })}
                onChange={(e) => void take(breakpoints.map((o, k) => (k === i ? { ...o, on: e.target.checked } : o)))}
              />
              <span className="ellipsis">
                {t(`breaks.${b.spec.on}`)} <code>{specText(b.spec).slice(0, 160)}</code>
              </span>
              <span className="space" />
              <button
                type="button"
                className="btn icon-only"
                aria-label={t('breaks.remove', { name })}
                onClick={() => void take(breakpoints.filter((_, k) => k !== i))}
              >
                <Icon name="close" />
              </button>
            </li>
          );
        })}
      </ul>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void take([...breakpoints, { spec: specOf(kind, value, when), on: true }]);
        }}
      >
        <label>
          {t('breaks.kind')}
          <select
            className="select"
            value={kind}
            onChange={(e) => {
              setKind(e.target.value as Kind);
              setValue(e.target.value === 'object' ? selection : '');
            }}
            data-testid="break-kind"
          >
            {KINDS.map((k) => (
              <option key={k} value={k}>
                {t(`breaks.${k}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t(`breaks.value.${kind}`)}
          <input
            className="field mono"
            value={value}
            maxLength={500}
            required={kind === 'condition' || kind === 'object'}
            placeholder={
              kind === 'object' ? 'pods/shop/web-1' : kind === 'condition' ? "pods('shop', '').ready < 10" : ''
            }
            onChange={(e) => setValue(e.target.value)}
            data-testid="break-value"
          />
        </label>
        {kind === 'object' && (
          <label>
            {t('breaks.when')}
            <input
              className="field mono"
              value={when}
              maxLength={500}
              placeholder="object.status.phase == 'Pending'"
              onChange={(e) => setWhen(e.target.value)}
            />
          </label>
        )}
        {kind === 'violation' && isUnjudged && <p className="dim small2">{t('status.unjudgedText')}</p>}
        {problem !== '' && (
          <p className="bad small2" role="alert">
            {problem.slice(0, 300)}
          </p>
        )}
        <button type="submit" className="btn primary" data-testid="break-add">
          {t('breaks.add')}
        </button>
      </form>
    </Modal>
  );
}
