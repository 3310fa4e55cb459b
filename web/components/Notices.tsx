import { useT } from '../i18n/index.ts';
import type { Failure } from '../model/protocol.ts';
import { choose, runChosen, selectPath, setCursor, stop } from '../state/actions.ts';
import { runLink } from '../state/link.ts';
import { laneName } from '../state/run.ts';
import { setTab } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import type { Repro } from '../state/url.ts';
import { VERSION } from '../state/version.ts';
import { Glyph, Icon } from './Icon.tsx';

const openFile = () => document.querySelector<HTMLInputElement>('input[type=file]')?.click();

export function Empty() {
  const scenarios = useApp((s) => s.scenarios);
  const chosen = useApp((s) => s.chosen);
  const scenario = scenarios.find((s) => s.path === chosen);
  const t = useT();
  return (
    <div className="notice" data-testid="empty">
      <h2>{t('empty.title')}</h2>
      <p>{t('empty.text')}</p>
      {scenario !== undefined && <p className="dim">{scenario.description.slice(0, 300)}</p>}
      <div className="row">
        {scenario !== undefined && (
          <button type="button" className="btn primary" onClick={() => void runChosen()}>
            {t('empty.run', { name: scenario.name })}
          </button>
        )}
        <button type="button" className="btn box" onClick={openFile}>
          {t('empty.open')}
        </button>
      </div>
      {scenarios.some((s) => s.path === LIFE) && (
        <>
          <p className="dim">{t('empty.lifeText')}</p>
          <div className="row">
            <button type="button" className="btn box" onClick={() => void showLife()} data-testid="life">
              {t('empty.life')}
            </button>
          </div>
        </>
      )}
    </div>
  );
}

/** The smallest scenario in which a pod comes to life. */
const LIFE = 'teaching/first-deployment.yaml';

/** Runs it and shows the messages of its first pod: the shortest way for whoever teaches. */
async function showLife(): Promise<void> {
  choose(LIFE);
  await runChosen();
  if (useApp.getState().end === undefined || laneName(0) === '') return;
  selectPath(`pods/${laneName(0)}`);
  setTab('flow');
  setCursor(0);
}

export function Loading({ what }: { readonly what: 'recording' | 'scenario' }) {
  const t = useT();
  return (
    <div className="notice" role="status">
      <h2>{t(`loading.${what}`)}</h2>
      <div className="progress waiting">
        <i />
      </div>
      <p>{t(what === 'recording' ? 'loading.recordingText' : 'loading.scenarioText')}</p>
      <button type="button" className="btn box" onClick={stop}>
        {t('loading.cancel')} <kbd>Esc</kbd>
      </button>
    </div>
  );
}

/** What can be done about the faults of a recording. */
const CODES = ['notARecording', 'wrongVersion', 'truncated', 'damaged', 'wrongDigest'] as const;

/** Before a link of another version is run. */
export function OtherEngine({ repro }: { readonly repro: Repro }) {
  const t = useT();
  return (
    <div className="notice" data-testid="other-engine">
      <h2>
        <Glyph name="unsched" colour="var(--st-unsched)" />
        {t('link.otherEngine', { version: repro.engine.slice(0, 40) })}
      </h2>
      <p>{t('link.otherEngineText', { version: VERSION })}</p>
      <div className="row">
        <button type="button" className="btn primary" onClick={() => void runLink(repro)}>
          {t('link.run')}
        </button>
      </div>
    </div>
  );
}

export function Failed({ failure }: { readonly failure: Failure }) {
  const scenarios = useApp((s) => s.scenarios);
  const first = scenarios.find((s) => s.name === 'zone-outage') ?? scenarios[0];
  const t = useT();
  return (
    <div className="notice" role="alert" data-testid="failure">
      <h2>
        <span className="bad">
          <Icon name="cross" />
        </span>
        {t(`failures.title.${failure.kind}`)}
      </h2>
      {failure.message !== '' && <pre>{failure.message.slice(0, 1000)}</pre>}
      {failure.lines.map((line) => (
        <div key={`${line.place} ${line.text}`} className="failure-line">
          <pre>
            {line.place}
            {line.quote !== '' && `\n${line.quote}`}
          </pre>
          <p>
            {line.text.slice(0, 500)} {line.hint !== '' && <b>{line.hint.slice(0, 200)}</b>}
          </p>
        </div>
      ))}
      <p>{explained()}</p>
      <div className="row">
        <button type="button" className="btn primary" onClick={openFile}>
          {t('failures.open')}
        </button>
        {first !== undefined && (
          <button
            type="button"
            className="btn box"
            onClick={() => {
              choose(first.path);
              void runChosen();
            }}
          >
            {t('empty.run', { name: first.name })}
          </button>
        )}
      </div>
    </div>
  );

  function explained(): string {
    if (failure.kind === 'recording') {
      const code = CODES.find((c) => c === failure.code);
      return code === undefined ? '' : t(`failures.${code}`);
    }
    if (failure.kind === 'scenario') return t('failures.errors', { n: Number(failure.code) });
    if (failure.code === 'noScenario') return t('failures.noScenario');
    return t(`failures.${failure.kind}`);
  }
}
