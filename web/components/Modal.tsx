import { Dialog } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useT } from '../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { Icon } from './Icon.tsx';

export const closeDialog = () => useApp.setState({ dialog: '' });

interface Props {
  readonly title: string;
  readonly text?: string;
  readonly className?: string;
  /** Selector of what has the focus first; else the button that closes. */
  readonly focus?: string;
  readonly children: ReactNode;
}

/** A dialog of the page: Escape and a click beside it close it, and the focus goes back. */
export function Modal({ title, text, className = '', focus, children }: Props) {
  const t = useT();
  const content = useRef<HTMLDivElement>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => open || closeDialog()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content
          ref={content}
          className={`modal ${className}`}
          onOpenAutoFocus={(e) => {
            const first = focus === undefined ? null : content.current?.querySelector<HTMLElement>(focus);
            if (first == null) return;
            e.preventDefault();
            first.focus();
          }}
          {...(text === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="row">
            <Dialog.Title asChild>
              <h2>{title}</h2>
            </Dialog.Title>
            <span className="space" />
            <Dialog.Close asChild>
              <button type="button" className="btn icon-only" aria-label={t('keys.close')}>
                <Icon name="close" />
              </button>
            </Dialog.Close>
          </div>
          {text !== undefined && <Dialog.Description className="mid small2">{text}</Dialog.Description>}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
