import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { PointMenu } from '../../components/PointMenu.tsx';
import { useT } from '../../i18n/index.ts';
import { useApp } from '../../state/store.ts';
import { useQuery } from '../../state/useQuery.ts';
import { ACTIONS, type NodeAction } from './nodeActions.ts';

export interface MenuAt {
  readonly x: number;
  readonly y: number;
  readonly nodes: readonly number[];
  readonly names: readonly string[];
}

interface Props {
  readonly at: MenuAt;
  readonly canAct: boolean;
  readonly onClose: () => void;
  readonly onInspect: () => void;
  readonly onZoom: () => void;
  readonly onAct: (action: NodeAction) => void;
}

/** What can be done to the nodes under the pointer or in the brush. */
export function NodeMenu({ at, canAct, onClose, onInspect, onZoom, onAct }: Props) {
  const t = useT();
  const timeUs = useApp((s) => s.cursorUs);
  const [asked] = useState(() => {
    const about = { nodes: at.names, timeUs };
    return { add: { action: 'add' as const, ...about }, remove: { action: 'remove' as const, ...about } };
  });
  // Nodes that somebody created are of no pool, and the machine of one that is still shown may be gone.
  const adds = useQuery('map', 'scaling', canAct ? asked.add : undefined);
  const removes = useQuery('map', 'scaling', canAct ? asked.remove : undefined);
  const isOne = at.nodes.length === 1;
  const isThere = (found: { readonly data: readonly unknown[] | undefined }) => (found.data?.length ?? 0) > 0;
  const can = (action: NodeAction) =>
    canAct && (action !== 'add' || isThere(adds)) && (action !== 'remove' || isThere(removes));
  return (
    <PointMenu
      at={at}
      title={isOne ? at.names[0] : t('map.chosen', { n: at.nodes.length })}
      onClose={onClose}
      testId="map-menu"
    >
      {isOne && (
        <>
          <DropdownMenu.Item onSelect={onInspect}>{t('map.menu.inspect')}</DropdownMenu.Item>
          <DropdownMenu.Item onSelect={onZoom}>{t('map.menu.zoom')}</DropdownMenu.Item>
        </>
      )}
      {ACTIONS.map((action) => (
        <DropdownMenu.Item
          key={action}
          disabled={!can(action)}
          onSelect={() => onAct(action)}
          data-testid={`map-${action}`}
        >
          {t(`map.menu.${action}`)}
        </DropdownMenu.Item>
      ))}
      <DropdownMenu.Label className="label">{t(canAct ? 'map.menu.forks' : 'map.menu.cannot')}</DropdownMenu.Label>
    </PointMenu>
  );
}
