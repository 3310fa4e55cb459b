import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { shorten } from '../model/shorten.ts';

interface Props {
  /** In CSS px of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly title: string;
  readonly testId: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The menu of a thing on a canvas: its name, and what can be done with it. */
export function PointMenu({ at, title, testId, onClose, children }: Props) {
  return (
    <DropdownMenu.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.getElementById('view')}>
        <DropdownMenu.Content
          className="point-menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          data-testid={testId}
        >
          <DropdownMenu.Label className="label ellipsis">{shorten(title, 60)}</DropdownMenu.Label>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
