import { DropdownMenu } from 'radix-ui';
import { PointMenu } from '../../components/PointMenu.tsx';
import { contentOf, keyOfRow, type Scene } from '../../draw/timelineScene.ts';
import { useT } from '../../i18n/index.ts';
import { timeText } from '../../model/viewport.ts';
import { selectPath, setCursor } from '../../state/actions.ts';
import { togglePin } from '../../state/pins.ts';
import { useApp } from '../../state/store.ts';
import { followCause } from '../../state/trail.ts';
import { showLogOf } from '../events/log.ts';
import { areaOf, isOpenHeader } from './scene.ts';

export interface LaneMenuAt {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly timeUs: number;
}

interface Props {
  readonly scene: Scene;
  readonly at: LaneMenuAt;
  readonly onClose: () => void;
  /** Selects a pod, opens or closes a group. */
  readonly onOpen: () => void;
}

/** What can be done with a lane. */
export function LaneMenu({ scene, at, onClose, onOpen }: Props) {
  const t = useT();
  const pins = useApp((s) => s.pins);
  const content = contentOf(scene, at.row);
  if (content === undefined) return null;
  const key = keyOfRow(scene, at.row);
  const name = content.kind === 'pod' ? scene.laneName(content.lane) : content.name;
  const area = areaOf(scene, at.row, at.row, scene.view.fromUs, scene.view.toUs);
  const isNode = key.startsWith('nodes/') && key.length > 'nodes/'.length;
  return (
    <PointMenu at={at} title={name} onClose={onClose} testId="lane-menu">
      {content.kind === 'pod' && <DropdownMenu.Item onSelect={onOpen}>{t('laneMenu.select')}</DropdownMenu.Item>}
      {content.kind === 'group' && at.row >= 0 && (
        <DropdownMenu.Item onSelect={onOpen}>
          {t(isOpenHeader(scene, at.row) ? 'laneMenu.close' : 'laneMenu.open')}
        </DropdownMenu.Item>
      )}
      {content.kind === 'component' && (
        <DropdownMenu.Item onSelect={() => showLogOf(content.name)} data-testid="menu-log">
          {t('laneMenu.log')}
        </DropdownMenu.Item>
      )}
      {isNode && <DropdownMenu.Item onSelect={() => selectPath(key)}>{t('laneMenu.node')}</DropdownMenu.Item>}
      {!key.startsWith('all:') && (
        <DropdownMenu.Item onSelect={() => togglePin(key)} data-testid="pin">
          {t(pins.includes(key) ? 'laneMenu.unpin' : 'laneMenu.pin')} <kbd>P</kbd>
        </DropdownMenu.Item>
      )}
      {area !== undefined && (
        <DropdownMenu.Item onSelect={() => useApp.setState({ area })} data-testid="menu-area">
          {t('laneMenu.area')} <kbd>R</kbd>
        </DropdownMenu.Item>
      )}
      <DropdownMenu.Item onSelect={() => setCursor(at.timeUs)}>
        {t('laneMenu.moment', { time: timeText(at.timeUs) })}
      </DropdownMenu.Item>
      {scene.chain !== undefined && (
        <DropdownMenu.Item onSelect={() => followCause(scene.chain?.part, -1)}>
          {t('laneMenu.cause')} <kbd>J</kbd>
        </DropdownMenu.Item>
      )}
    </PointMenu>
  );
}
