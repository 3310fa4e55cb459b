import { useApp } from '../../state/store.ts';
import { AreaPanel } from './AreaPanel.tsx';
import { ComponentTable } from './ComponentTable.tsx';
import { LaneTable } from './LaneTable.tsx';
import { Legend } from './Legend.tsx';
import { Timeline } from './Timeline.tsx';
import { Tools } from './Tools.tsx';
import './timeline.css';

export default function TimelineView() {
  const asTable = useApp((s) => s.tables.timeline === true);
  const isComponents = useApp((s) => s.groupBy === 'component');
  const hasArea = useApp((s) => s.area !== undefined);
  return (
    <>
      <Tools />
      {asTable ? isComponents ? <ComponentTable /> : <LaneTable /> : <Timeline />}
      {hasArea && <AreaPanel />}
      {!asTable && <Legend />}
    </>
  );
}
