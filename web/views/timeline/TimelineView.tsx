import { useApp } from '../../state/store.ts';
import { LaneTable } from './LaneTable.tsx';
import { Legend } from './Legend.tsx';
import { Timeline } from './Timeline.tsx';
import { Tools } from './Tools.tsx';

export default function TimelineView() {
  const asTable = useApp((s) => s.tables.timeline === true);
  return (
    <>
      <Tools />
      {asTable ? (
        <LaneTable />
      ) : (
        <>
          <Timeline />
          <Legend />
        </>
      )}
    </>
  );
}
