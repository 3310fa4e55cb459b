import { Icon } from '../../components/Icon.tsx';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { setTab } from '../../state/settings.ts';
import { reach } from '../../state/time.ts';
import { useQuery } from '../../state/useQuery.ts';

const ROWS_MAX = 40;

/** Every change of one field; a click goes to the event that made it. */
export function FieldHistory({
  path,
  field,
  onClose,
}: {
  readonly path: string;
  readonly field: string;
  readonly onClose: () => void;
}) {
  const t = useT();
  const changes = useQuery('object', 'field', { path, field }).data ?? [];
  return (
    <section className="field-history" aria-label={t('object.history', { field })} data-testid="field-history">
      <div className="row">
        <b className="mono ellipsis">
          {field.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 200)}
        </b>
        <span className="space" />
        <button type="button" className="btn icon-only" aria-label={t('keys.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {changes.length === 0 && <p className="dim small2">{t('object.noChange')}</p>}
      {changes.slice(-ROWS_MAX).map((c) => (
        <div className="row" key={c.rv}>
          <button type="button" className="life-row" onClick={() => reach(c.timeUs)}>
            <span className="mono small">{timeText(c.timeUs)}</span>
            <span className="dim ellipsis">{c.writer.slice(0, 80)}</span>
            <span className="mono ellipsis">
              {c.before !== '' && <del className="dim">{c.before.slice(0, 120)}</del>}
              {c.before !== '' && ' → '}
              {c.after === '' ? t('object.removed') : c.after.slice(0, 200)}
            </span>
          </button>
          <button
            type="button"
            className="btn"
            title={t('object.inEvents')}
            onClick={() => {
              reach(c.timeUs);
              setTab('events');
            }}
            data-testid="change-events"
          >
            {t('views.events')}
          </button>
        </div>
      ))}
    </section>
  );
}
