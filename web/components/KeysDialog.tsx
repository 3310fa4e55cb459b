import { useEffect, useRef } from 'react';
import { useApp } from '../state/store.ts';
import { texts } from '../texts.ts';

const t = texts.keys;
const close = () => useApp.setState({ keysShown: false });

export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="keys" aria-label={t.title} onClose={close}>
      <div className="row">
        <h2>{t.title}</h2>
        <span className="space" />
        <button type="button" className="btn box" onClick={close}>
          {t.close}
        </button>
      </div>
      <dl>
        {t.rows.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
