import { useT } from '../i18n/index.ts';
import type { PlainId } from '../i18n/types.ts';
import { setSingleKeys } from '../state/settings.ts';
import { useApp } from '../state/store.ts';
import { VIEWS } from '../views/registry.ts';
import { Modal } from './Modal.tsx';

type KeyText = Extract<PlainId, `keys.${string}`>;

const GROUPS: readonly (readonly [KeyText, readonly (readonly [string, KeyText])[]])[] = [
  [
    'keys.group.time',
    [
      ['Space', 'keys.play'],
      ['← →', 'keys.step'],
      ['Shift ← →', 'keys.stepAttempt'],
      ['Alt ← →', 'keys.stepSecond'],
      ['B', 'keys.breakpoint'],
      ['K', 'keys.fork'],
    ],
  ],
  [
    'keys.group.canvas',
    [
      ['W S', 'keys.zoom'],
      ['A D', 'keys.pan'],
      ['Ctrl wheel', 'keys.wheelZoom'],
      ['wheel, ⇧ wheel', 'keys.wheel'],
      ['drag', 'keys.drag'],
      ['↑ ↓', 'keys.lanes'],
      ['Enter', 'keys.enter'],
      ['. ,', 'keys.segments'],
      ['F', 'keys.fit'],
      ['G', 'keys.group'],
      ['P', 'keys.pin'],
      ['R', 'keys.area'],
      ['Shift ↑ ↓', 'keys.areaRows'],
      ['Shift drag', 'keys.areaDrag'],
      ['C', 'keys.arrows'],
      ['J, Shift J', 'keys.cause'],
      ['O', 'keys.openAll'],
      ['V', 'keys.table'],
    ],
  ],
  [
    'keys.group.page',
    [
      ['1 … 9', 'keys.views'],
      ['[ ]', 'keys.panels'],
      ['`', 'keys.drawer'],
      ['/', 'keys.search'],
      [': Ctrl Shift P', 'keys.palette'],
      ['Ctrl P', 'keys.quickOpen'],
      ['Y', 'keys.yaml'],
      ['D', 'keys.describe'],
      ['L E', 'keys.log'],
      ['T', 'keys.theme'],
      ['F6', 'keys.regions'],
      ['Esc', 'keys.escape'],
      ['?', 'keys.help'],
    ],
  ],
];

export function KeysDialog() {
  const t = useT();
  const singleKeys = useApp((s) => s.singleKeys);
  return (
    <Modal title={t('keys.title')} className="keys">
      <label className="check">
        <input type="checkbox" checked={singleKeys} onChange={(e) => setSingleKeys(e.target.checked)} />
        {t('keys.single')}
      </label>
      <div className="keys-columns">
        {GROUPS.map(([title, rows]) => (
          <section key={title}>
            <h3>{t(title)}</h3>
            <dl>
              {rows.map(([keys, what]) => (
                <div key={keys}>
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{t(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{t('views.label')}</h3>
          <dl>
            {VIEWS.filter((v) => v.key !== '').map((v) => (
              <div key={v.id}>
                <dt>
                  <kbd>{v.key}</kbd>
                </dt>
                <dd>{t(v.label)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}
