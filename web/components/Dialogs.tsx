import { useApp } from '../state/store.ts';
import { BreaksDialog } from './BreaksDialog.tsx';
import { ForksDialog } from './ForksDialog.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { Palette } from './Palette.tsx';
import { ShareDialog } from './ShareDialog.tsx';

/** What floats above the page; one at a time. Loaded when the first is opened. */
export default function Dialogs() {
  const dialog = useApp((s) => s.dialog);
  switch (dialog) {
    case 'keys':
      return <KeysDialog />;
    case 'palette':
      return <Palette />;
    case 'breaks':
      return <BreaksDialog />;
    case 'forks':
      return <ForksDialog />;
    case 'share':
      return <ShareDialog />;
    default:
      return null;
  }
}
