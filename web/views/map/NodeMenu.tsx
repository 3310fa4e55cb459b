import { DropdownMenu } from 'radix-ui';
import { useT } from '../../i18n/index.ts';
import { shorten } from '../../model/shorten.ts';
import type { NodeAction } from './nodeActions.ts';

export interface MenuAt {
  readonly x: number;
  readonly y: number;
  readonly nodes: readonly number[];
  readonly name: string;
}

interface Props {
  readonly at: MenuAt | undefined;
  readonly canAct: boolean;
  readonly onClose: () => void;
  readonly onInspect: () => void;
  readonly onZoom: () => void;
  readonly onAct: (action: NodeAction) => void;
}

const ACTIONS: readonly NodeAction[] = ['kill', 'drain', 'cordon', 'uncordon'];

/** What can be done to the nodes under the pointer or in the brush. */
export function NodeMenu({ at, canAct, onClose, onInspect, onZoom, onAct }: Props) {
  const t = useT();
  if (at === undefined) return null;
  const isOne = at.nodes.length === 1;
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('view')}>
        <DropdownMenu.Content className="map-menu" align="start" sideOffset={2} data-testid="map-menu">
          <DropdownMenu.Label className="label ellipsis">
            {isOne ? shorten(at.name, 60) : t('map.chosen', { n: at.nodes.length })}
          </DropdownMenu.Label>
          {isOne && (
            <>
              <DropdownMenu.Item onSelect={onInspect}>{t('map.menu.inspect')}</DropdownMenu.Item>
              <DropdownMenu.Item onSelect={onZoom}>{t('map.menu.zoom')}</DropdownMenu.Item>
            </>
          )}
          {ACTIONS.map((action) => (
            <DropdownMenu.Item
              key={action}
              disabled={!canAct}
              onSelect={() => onAct(action)}
              data-testid={`map-${action}`}
            >
              {t(`map.menu.${action}`)}
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Label className="label">{t(canAct ? 'map.menu.forks' : 'map.menu.cannot')}</DropdownMenu.Label>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
