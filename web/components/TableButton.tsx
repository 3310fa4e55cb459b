import { useT } from '../i18n/index.ts';
import { toggleTable } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import type { ViewId } from '../views/types.ts';
import { Icon } from './Icon.tsx';

/** Between a canvas and its table, as V does. */
export function TableButton({ view }: { readonly view: ViewId }) {
  const t = useT();
  const asTable = useApp((s) => s.tables[view] === true);
  const text = t(asTable ? 'views.asPicture' : 'views.asTable');
  return (
    <button
      type="button"
      className="btn"
      aria-label={text}
      title={`${text} (V)`}
      onClick={() => toggleTable(view)}
      data-testid="as-table"
    >
      <Icon name="table" />
      <span className="wide-only">{text}</span>
    </button>
  );
}
