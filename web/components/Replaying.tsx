import { useT } from '../i18n/index.ts';
import { timeText } from '../model/viewport.ts';
import { useApp } from '../state/store.ts';

/** Says that the cluster is run again to the moment on show, once that takes longer than a blink. */
export function Replaying({ isLoading }: { readonly isLoading: boolean }) {
  const t = useT();
  const cursorUs = useApp((s) => s.cursorUs);
  if (!isLoading) return null;
  return (
    <span className="dim small delayed" role="status">
      {t('loading.seek', { time: timeText(cursorUs, 0) })}
    </span>
  );
}
