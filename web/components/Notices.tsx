import type { Failure } from '../model/protocol.ts';
import { choose, runChosen, stop } from '../state/actions.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { Icon } from './Icon.tsx';

const openFile = () => document.querySelector<HTMLInputElement>('input[type=file]')?.click();

export function Empty() {
  const scenarios = useApp((s) => s.scenarios);
  const chosen = useApp((s) => s.chosen);
  const scenario = scenarios.find((s) => s.path === chosen);
  return (
    <div className="notice" data-testid="empty">
      <h2>{texts.empty.title}</h2>
      <p>{texts.empty.text}</p>
      {scenario !== undefined && <p className="dim">{scenario.description.slice(0, 300)}</p>}
      <div className="row">
        {scenario !== undefined && (
          <button type="button" className="btn primary" onClick={() => void runChosen()}>
            {texts.empty.run(scenario.name)}
          </button>
        )}
        <button type="button" className="btn box" onClick={openFile}>
          {texts.empty.open}
        </button>
      </div>
    </div>
  );
}

export function Loading({ what }: { readonly what: 'recording' | 'scenario' }) {
  return (
    <div className="notice" role="status">
      <h2>{texts.loading[what]}</h2>
      <div className="progress waiting">
        <i />
      </div>
      <p>{what === 'recording' ? texts.loading.recordingText : texts.loading.scenarioText}</p>
      <button type="button" className="btn box" onClick={stop}>
        {texts.loading.cancel} <kbd>Esc</kbd>
      </button>
    </div>
  );
}

export function Failed({ failure }: { readonly failure: Failure }) {
  const scenarios = useApp((s) => s.scenarios);
  const first = scenarios.find((s) => s.name === 'zone-outage') ?? scenarios[0];
  const t = texts.failures;
  const explained =
    failure.kind === 'recording'
      ? t.codes[failure.code]
      : failure.kind === 'scenario'
        ? failure.message
        : t[failure.kind];
  return (
    <div className="notice" role="alert" data-testid="failure">
      <h2>
        <span className="bad">
          <Icon name="cross" />
        </span>
        {t.titles[failure.kind]}
      </h2>
      {failure.kind !== 'scenario' && <pre>{failure.message.slice(0, 1000)}</pre>}
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
      <p>{explained}</p>
      <div className="row">
        <button type="button" className="btn primary" onClick={openFile}>
          {t.open}
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
            {texts.empty.run(first.name)}
          </button>
        )}
      </div>
    </div>
  );
}
