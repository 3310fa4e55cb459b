import { delayText, timeText } from '../model/viewport.ts';
import { runData } from '../state/run.ts';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';
import { Icon } from './Icon.tsx';

declare const __ORRERY_VERSION__: string;

const t = texts.status;

export function StatusBar() {
  const phase = useApp((s) => s.phase.name);
  const end = useApp((s) => s.end);
  const facts = useApp((s) => s.facts);
  const nowUs = useApp((s) => s.nowUs);
  const speed = useApp((s) => s.eventsPerSecond);
  useApp((s) => s.version);
  const pods = runData()?.frame.laneCount;
  const passed = end?.expectations.filter((e) => e.passed).length ?? 0;
  const failed = (end?.expectations.length ?? 0) - passed;
  const state =
    phase === 'ready' ? (end?.cancelled === true ? t.stopped : t.ready) : phase === 'running' ? t.running : t.empty;
  return (
    <footer className="status">
      <span>
        {state}
        {facts !== undefined && ` ${timeText(nowUs, 0)}`}
        {end?.wallMs !== undefined && ` ${t.wall(delayText(Math.round(end.wallMs) * 1000))}`}
      </span>
      {end !== undefined && (
        <span className="mono" title={t.digest} data-testid="digest">
          {end.digest}
        </span>
      )}
      {facts !== undefined && (
        <>
          <span>
            <b>{facts.nodes.toLocaleString('en')}</b> {t.nodes}
          </span>
          <span>
            <b>{(pods ?? 0).toLocaleString('en')}</b> {t.pods}
          </span>
        </>
      )}
      {end !== undefined && end.expectations.length > 0 && (
        <span>
          {t.expectations}{' '}
          <span className="ok">
            <Icon name="check" /> {passed}
          </span>
          {failed > 0 && (
            <span className="bad">
              {' '}
              <Icon name="cross" /> {failed}
            </span>
          )}
        </span>
      )}
      <span className="space" />
      {phase === 'running' && speed > 0 && <span>{t.speed(Math.round(speed).toLocaleString('en'))}</span>}
      <span className="mono">
        orrery {typeof __ORRERY_VERSION__ === 'string' ? __ORRERY_VERSION__ : 'dev'} · k8s 1.35
      </span>
      <button type="button" className="link" onClick={() => useApp.setState({ keysShown: true })}>
        {t.keys} <kbd>?</kbd>
      </button>
    </footer>
  );
}
