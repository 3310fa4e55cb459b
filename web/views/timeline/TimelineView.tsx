import { Legend } from './Legend.tsx';
import { Timeline } from './Timeline.tsx';
import { Tools } from './Tools.tsx';

export default function TimelineView() {
  return (
    <>
      <Tools />
      <Timeline />
      <Legend />
    </>
  );
}
