import { useT } from '../i18n/index.ts';
import { runSource } from '../state/actions.ts';
import { useApp } from '../state/store.ts';

/** Runs the scenario of the open recording once more, so that there are objects; nothing where it cannot be run. */
export function RunAgainButton({ className = 'btn primary' }: { readonly className?: string }) {
  const canRun = useApp((s) => s.facts?.canRun === true);
  const t = useT();
  if (!canRun) return null;
  return (
    <button type="button" className={className} onClick={() => void runSource({ from: 'open' }, true)}>
      {t('replay.start')}
    </button>
  );
}

/** In the place of what needs objects, when only a recording is open. */
export function RunAgain() {
  const canRun = useApp((s) => s.facts?.canRun === true);
  const t = useT();
  return (
    <div className="notice" data-testid="run-again">
      <h2>{t(canRun ? 'replay.needed' : 'replay.impossible')}</h2>
      <p>{t(canRun ? 'replay.neededText' : 'replay.impossibleText')}</p>
      <RunAgainButton />
    </div>
  );
}
