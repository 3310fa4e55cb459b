import { numberText, useT } from '../i18n/index.ts';
import { delayText, timeText } from '../model/viewport.ts';
import { runData } from '../state/run.ts';
import { setTab, toggleDrawer } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { moment } from '../state/time.ts';
import { useQuery, useSlowApp } from '../state/useQuery.ts';
import { VERSION } from '../state/version.ts';
import { Icon } from './Icon.tsx';

const SETTLED_MS = 250;

export function StatusBar() {
  const phase = useApp((s) => s.phase.name);
  const end = useApp((s) => s.end);
  const facts = useApp((s) => s.facts);
  const nowUs = useApp((s) => s.nowUs);
  const speed = useApp((s) => s.eventsPerSecond);
  const drawer = useApp((s) => s.drawer);
  useApp((s) => s.version);
  const branch = useApp((s) => s.facts?.branch ?? '0');
  const differs = useApp((s) => s.differs);
  const t = useT();
  const pods = runData()?.frame.laneCount;
  const passed = end?.expectations.filter((e) => e.passed).length ?? 0;
  const failed = end?.expectations.filter((e) => !e.passed && e.isOpen !== true).length ?? 0;
  const time = timeText(nowUs, 0);
  const state =
    facts === undefined
      ? t('status.empty')
      : phase === 'running'
        ? t('status.running', { time })
        : end?.cancelled === true
          ? t('status.stopped', { time })
          : t('status.ready', { time });
  return (
    <footer className="status" data-region>
      <span>
        {state}
        {end?.wallMs !== undefined &&
          end.wallMs >= 1 &&
          ` ${t('status.wall', { time: delayText(Math.round(end.wallMs) * 1000) })}`}
      </span>
      {end !== undefined && (
        <span className="mono wide-only" title={t('status.digest')} data-testid="digest">
          {end.digest}
        </span>
      )}
      {facts !== undefined && (
        <>
          <span>{t('status.nodes', { n: facts.nodes })}</span>
          <span>{t('pods', { n: pods ?? 0 })}</span>
        </>
      )}
      {end !== undefined && end.expectations.length > 0 && (
        <button type="button" className="link" onClick={() => setTab('report')}>
          {t('status.expectations')}{' '}
          <span className="ok">
            <Icon name="check" /> {passed}
          </span>
          {failed > 0 && (
            <span className="bad">
              {' '}
              <Icon name="cross" /> {failed}
            </span>
          )}
        </button>
      )}
      {branch !== '0' && facts !== undefined && (
        <button type="button" className="link" onClick={() => useApp.setState({ dialog: 'forks' })}>
          <Icon name="fork" /> {t('status.fork', { name: branch })}
        </button>
      )}
      {differs && (
        <span className="bad" role="status">
          {t('replay.differs')}
        </span>
      )}
      <Limits />
      <EventNumber />
      <span className="space" />
      {phase === 'running' && speed > 0 && <span>{t('status.speed', { n: numberText(Math.round(speed)) })}</span>}
      <span className="mono wide-only">orrery {VERSION} · k8s 1.35</span>
      {facts !== undefined && (
        <button
          type="button"
          className="link"
          title={`${t(drawer === '' ? 'panels.showDrawer' : 'panels.hideDrawer')} (\`)`}
          onClick={toggleDrawer}
          data-testid="drawer-toggle"
        >
          <Icon name="drawer" /> {t('panels.drawer')}
        </button>
      )}
      <button type="button" className="link" onClick={() => useApp.setState({ dialog: 'keys' })}>
        {t('status.keys')} <kbd>?</kbd>
      </button>
    </footer>
  );
}

/** What a large run leaves out, said where it is true. */
function Limits() {
  const t = useT();
  const facts = useApp((s) => s.facts);
  if (facts === undefined || !facts.hasObjects) return null;
  const time = timeText(facts.versionsUntilUs, 0);
  return (
    <>
      {Number.isFinite(facts.versionsUntilUs) && (
        <span className="wide-only" title={t('status.versionsText', { time })} data-testid="limit-versions">
          {t('status.versions', { time })}
        </span>
      )}
      {!facts.judges && (
        <span className="wide-only" title={t('status.unjudgedText')} data-testid="limit-invariants">
          {t('status.unjudged')}
        </span>
      )}
    </>
  );
}

/** How many events of the engine lie before the moment on show. Asking brings the worker's cluster there. */
function EventNumber() {
  const t = useT();
  const isReady = useApp((s) => s.phase.name === 'ready' && s.facts?.hasObjects === true && !s.playing);
  useSlowApp((s) => `${s.cursorUs} ${s.cursorEvent}`, SETTLED_MS);
  const { data } = useQuery('time', 'seek', isReady ? moment() : undefined);
  if (data === undefined) return null;
  return (
    <span className="wide-only" data-testid="event-number">
      {t('transport.eventOf', { n: data.eventNumber, of: data.recorded })}
    </span>
  );
}
