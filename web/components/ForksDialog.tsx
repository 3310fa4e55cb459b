import { useState } from 'react';
import type { TimelineAction } from '../../sim-core/index.ts';
import { useT } from '../i18n/index.ts';
import type { BranchFact } from '../model/protocol.ts';
import { timeText } from '../model/viewport.ts';
import { dropBranch, forkHere, showBranch } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { Icon } from './Icon.tsx';
import { closeDialog, Modal } from './Modal.tsx';

const KINDS = ['kubectl', 'fault', 'scale', 'note', 'reseed'] as const;
type Kind = (typeof KINDS)[number];

/** `NodeCrash node=n-1 for=5m`: kind and parameters. Throws nothing: the engine says what is wrong. */
function faultOf(text: string): TimelineAction {
  const [kind = '', ...given] = text.trim().split(/\s+/);
  const params: Record<string, unknown> = {};
  let forUs: number | undefined;
  for (const part of given) {
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, 'true'] : [part.slice(0, at), part.slice(at + 1)];
    const duration = name === 'for' ? /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) : null;
    if (duration !== null)
      forUs = Math.round(Number(duration[1]) * { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 }[duration[2] as 'ms']);
    else params[name] = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return { do: 'fault', kind, params, ...(forUs === undefined ? {} : { forUs }) };
}

/** `general 5`, `general 3 -general-1`: the pool, how many machines, and those that go. The engine says what is wrong. */
function scaleOf(text: string): TimelineAction {
  const [nodePool = '', count = '', ...remove] = text.trim().split(/[\s=]+/);
  return {
    do: 'scale',
    nodePool,
    count: count === '' ? Number.NaN : Number(count),
    remove: remove.map((node) => node.replace(/^-/, '')),
  };
}

function actionOf(kind: Kind, text: string): TimelineAction {
  if (kind === 'kubectl') return { do: 'kubectl', command: text.trim().replace(/^kubectl\s+/, ''), files: [] };
  if (kind === 'fault') return faultOf(text);
  if (kind === 'scale') return scaleOf(text);
  if (kind === 'reseed') return { do: 'reseed', seed: text.trim() };
  return { do: 'note', text };
}

const HINTS: Readonly<Record<Kind, string>> = {
  kubectl: 'scale deployment/web --replicas=5 -n shop',
  fault: 'NodeCrash node=general-a-0 for=5m',
  scale: 'general 5',
  note: '',
  reseed: '43',
};

/** The tree of forks, and a new one from the moment on show. */
export function ForksDialog() {
  const t = useT();
  const cursorUs = useApp((s) => s.cursorUs);
  const branches = useApp((s) => s.branches);
  const isOver = useApp((s) => s.facts !== undefined && s.cursorUs >= s.facts.untilUs);
  const [kind, setKind] = useState<Kind>('kubectl');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const fork = async () => {
    try {
      const title = kind === 'kubectl' ? `kubectl ${text.trim().replace(/^kubectl\s+/, '')}` : text.trim();
      closeDialog();
      await forkHere([actionOf(kind, text)], title);
    } catch (error) {
      useApp.setState({ dialog: 'forks' });
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Modal title={t('forks.title')} text={t('forks.text')} focus="input">
      <Tree branches={branches} parent="" />
      <h3>
        {t('transport.fork')} · <span className="mono">{timeText(cursorUs)}</span>
      </h3>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          void fork();
        }}
      >
        <label>
          {t('forks.action')}
          <select
            className="select"
            value={kind}
            onChange={(e) => setKind(e.target.value as Kind)}
            data-testid="fork-kind"
          >
            {KINDS.map((k) => (
              <option key={k} value={k}>
                {t(`forks.${k}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t(`forks.${kind}`)}
          <input
            className="field mono"
            value={text}
            required
            maxLength={1000}
            placeholder={HINTS[kind]}
            onChange={(e) => setText(e.target.value)}
            data-testid="fork-text"
          />
        </label>
        {problem !== '' && (
          <p className="bad small2" role="alert">
            {problem.slice(0, 300)}
          </p>
        )}
        {isOver && <p className="mid small2">{t('forks.atEnd')}</p>}
        <button type="submit" className="btn primary" disabled={isOver} data-testid="fork-run">
          <Icon name="fork" />
          {t('forks.run')}
        </button>
      </form>
    </Modal>
  );
}

function Tree({ branches, parent }: { readonly branches: readonly BranchFact[]; readonly parent: string }) {
  const t = useT();
  const children = branches.filter((b) => b.parent === parent);
  if (children.length === 0) return null;
  return (
    <ul className="fork-tree">
      {children.map((b) => (
        <li key={b.id}>
          <div className="row">
            <button
              type="button"
              className={b.isShown ? 'tree-row on' : 'tree-row'}
              aria-current={b.isShown}
              onClick={() => void showBranch(b.id)}
              data-testid={`branch-${b.id}`}
            >
              <Icon name="fork" />
              <span className="ellipsis">{b.parent === '' ? t('forks.main') : b.title.slice(0, 120)}</span>
              {b.parent !== '' && <span className="num mono small">{t('forks.at', { time: timeText(b.fromUs) })}</span>}
              {b.isShown && <span className="chip">{t('forks.current')}</span>}
              {b.isKept && <span className="chip dim">{t('forks.kept')}</span>}
            </button>
            {b.parent !== '' && (
              <button
                type="button"
                className="btn icon-only"
                title={t('forks.drop', { name: b.title.slice(0, 60) })}
                aria-label={t('forks.drop', { name: b.title.slice(0, 60) })}
                onClick={() => void dropBranch(b.id)}
                data-testid={`drop-${b.id}`}
              >
                <Icon name="close" />
              </button>
            )}
          </div>
          <Tree branches={branches} parent={b.id} />
        </li>
      ))}
    </ul>
  );
}
