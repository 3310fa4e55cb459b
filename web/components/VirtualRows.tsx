import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

interface Props {
  readonly label: string;
  readonly count: number;
  /** px at a unit of 1. */
  readonly rowHeight: number;
  /** Cells of a row: elements with the role `cell`. */
  readonly row: (index: number) => ReactNode;
  /** Header cells, with the role `columnheader`. */
  readonly header?: ReactNode;
  /** Grid columns of all rows. */
  readonly columns: string;
  /** The row that is chosen; -1 = none. */
  readonly current?: number;
  readonly onChoose?: (index: number) => void;
  readonly rowClass?: (index: number) => string;
  /** Row to bring into sight when it changes. */
  readonly reveal?: number;
  readonly testId?: string;
}

const unit = () => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--u')) || 1;

/** A table of any length: only the rows in sight are elements, at most 60. Arrow keys move the chosen row. */
export function VirtualRows(props: Props) {
  const { label, count, rowHeight, row, header, columns, current = -1, onChoose, rowClass, reveal, testId } = props;
  const box = useRef<HTMLDivElement>(null);
  const height = Math.round(rowHeight * unit());
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 4,
    rangeExtractor: ({ startIndex, endIndex, overscan }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan, from + 58);
      return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list itself may be new each time
  useEffect(() => {
    if (reveal !== undefined && reveal >= 0 && reveal < count) rows.scrollToIndex(reveal, { align: 'auto' });
  }, [reveal, count]);
  const key = (e: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / height) - 1);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count }[e.key];
    if (by === undefined || onChoose === undefined || count === 0) return;
    e.preventDefault();
    e.stopPropagation();
    const next = Math.min(count - 1, Math.max(0, current + by));
    onChoose(next);
    rows.scrollToIndex(next, { align: 'auto' });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot be virtual and keep its columns
    <div className="vtable" role="table" aria-label={label} aria-rowcount={count} data-testid={testId}>
      {header !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        // biome-ignore lint/a11y/useFocusableInteractive: rows of a table are not focused, the body is
        <div className="vrow vhead" role="row" style={{ gridTemplateColumns: columns }}>
          {header}
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <div ref={box} className="vbody" role="rowgroup" aria-label={label} tabIndex={0} onKeyDown={key}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
          {rows.getVirtualItems().map((item) => (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            // biome-ignore lint/a11y/useKeyWithClickEvents: the body takes the keys
            <div
              key={item.key}
              className={`vrow ${item.index === current ? 'on' : ''} ${rowClass?.(item.index) ?? ''}`}
              role="row"
              aria-rowindex={item.index + 1}
              style={{ gridTemplateColumns: columns, height, transform: `translateY(${item.start}px)` }}
              onClick={onChoose === undefined ? undefined : () => onChoose(item.index)}
            >
              {row(item.index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
