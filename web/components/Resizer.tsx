import type { KeyboardEvent, PointerEvent } from 'react';
import { useT } from '../i18n/index.ts';

const MIN_PX = 140;
const STEP_PX = 16;

interface Props {
  /** The token that holds the size. */
  readonly variable: string;
  readonly label: string;
  /** The edge of the panel that is dragged. */
  readonly side: 'left' | 'right' | 'top';
}

/** The edge between two panels: drag, or arrow keys. */
export function Resizer({ variable, label, side }: Props) {
  const t = useT();
  const isRow = side === 'top';
  const set = (px: number) => {
    const most = (isRow ? innerHeight : innerWidth) * 0.6;
    document.documentElement.style.setProperty(variable, `${Math.round(Math.min(most, Math.max(MIN_PX, px)))}px`);
    dispatchEvent(new Event('resize'));
  };
  const sizeOf = (element: Element) => {
    const box = (element.parentElement as HTMLElement).getBoundingClientRect();
    return isRow ? box.height : box.width;
  };
  const down = (e: PointerEvent<HTMLDivElement>) => {
    e.currentTarget.setPointerCapture(e.pointerId);
    e.preventDefault();
  };
  const move = (e: PointerEvent<HTMLDivElement>) => {
    if (!e.currentTarget.hasPointerCapture(e.pointerId)) return;
    const box = (e.currentTarget.parentElement as HTMLElement).getBoundingClientRect();
    set(side === 'right' ? e.clientX - box.left : side === 'left' ? box.right - e.clientX : box.bottom - e.clientY);
  };
  const key = (e: KeyboardEvent<HTMLDivElement>) => {
    const grow = { right: 'ArrowRight', left: 'ArrowLeft', top: 'ArrowUp' }[side];
    const shrink = { right: 'ArrowLeft', left: 'ArrowRight', top: 'ArrowDown' }[side];
    if (e.key !== grow && e.key !== shrink) return;
    e.preventDefault();
    e.stopPropagation();
    set(sizeOf(e.currentTarget) + (e.key === grow ? STEP_PX : -STEP_PX));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved has no element of its own
    <div
      className={`resizer ${side}`}
      role="separator"
      aria-orientation={isRow ? 'horizontal' : 'vertical'}
      aria-label={t('panels.resize', { panel: label })}
      aria-valuenow={50}
      tabIndex={0}
      onPointerDown={down}
      onPointerMove={move}
      onKeyDown={key}
    />
  );
}
