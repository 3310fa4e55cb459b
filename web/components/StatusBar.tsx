import { numberText, useT } from '../i18n/index.ts';
import { delayText, timeText } from '../model/viewport.ts';
import { runData } from '../state/run.ts';
import { setTab, toggleDrawer } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { VERSION } from '../state/version.ts';
import { Icon } from './Icon.tsx';

export function StatusBar() {
  const phase = useApp((s) => s.phase.name);
  const end = useApp((s) => s.end);
  const facts = useApp((s) => s.facts);
  const nowUs = useApp((s) => s.nowUs);
  const speed = useApp((s) => s.eventsPerSecond);
  const drawer = useApp((s) => s.drawer);
  useApp((s) => s.version);
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
        {end?.wallMs !== undefined && ` ${t('status.wall', { time: delayText(Math.round(end.wallMs) * 1000) })}`}
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
