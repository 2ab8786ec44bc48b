import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { csvOf, download, type Cell } from '../lib/csv.ts';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What is sorted by and exported. */
  readonly value: (row: Row) => Cell;
  /** What is shown; the value where left out. */
  readonly show?: (row: Row) => ReactNode;
  /** Numbers stand at the right, digit under digit. */
  readonly isNumber?: boolean;
  readonly width?: number | string;
  /** Left out on a phone. */
  readonly isSecondary?: boolean;
  readonly hint?: string;
}

export interface Order {
  readonly by: string;
  readonly descending: boolean;
}

interface Props<Row> {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  readonly open?: (row: Row) => void;
  readonly selected?: string | undefined;
  readonly rowHeight?: number;
  readonly order?: Order | undefined;
  readonly onOrder?: (order: Order) => void;
  readonly tools?: ReactNode;
  /** Pixels; a longer table scrolls inside itself. */
  readonly maxHeight?: number;
}

/** Above this many rows only those in sight are in the page. */
const ALL_IN_PAGE = 40;

/** Sorts by its headings, moves by arrow keys, opens by Enter, exports as CSV; of many rows only those in sight are in the page. */
export function DataTable<Row>(props: Props<Row>) {
  const { rows, columns, name, tools, rowHeight = 40 } = props;
  const [ownOrder, setOwnOrder] = useState<Order | undefined>(props.order);
  const order = props.onOrder === undefined ? ownOrder : props.order;
  const sorted = useMemo(() => inOrder(rows, columns, order), [rows, columns, order]);
  const exported = (): void =>
    download(
      `${name}.csv`,
      csvOf(
        columns.map(({ id }) => id),
        sorted.map((row) => columns.map(({ value }) => value(row))),
      ),
    );
  return (
    <div style={{ position: 'relative' }}>
      {tools !== undefined && <div style={{ marginBottom: 8, paddingRight: 40 }}>{tools}</div>}
      <Rows {...props} sorted={sorted} order={order} setOrder={props.onOrder ?? setOwnOrder} rowHeight={rowHeight} />
      <div className="table-download" data-with-tools={tools !== undefined || undefined}>
        <Tooltip label="These rows as CSV" withArrow>
          <ActionIcon variant="subtle" color="gray" aria-label={`Download ${name} as CSV`} onClick={exported}>
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

interface RowsProps<Row> extends Props<Row> {
  readonly sorted: readonly Row[];
  readonly order: Order | undefined;
  readonly setOrder: (order: Order) => void;
  readonly rowHeight: number;
}

function Rows<Row>(props: RowsProps<Row>) {
  const { sorted, columns, name, rowHeight, order, setOrder, maxHeight = 640 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const sight = useSight(sorted.length, rowHeight, scroller);
  const { active, setActive, onKeyDown } = useActiveRow(sorted.length, scroller, sight.bringIn);
  const reachable = sight.shown.includes(active) ? active : (sight.shown[0] ?? 0);
  return (
    <div ref={scroller} className="table-scroll" style={{ maxHeight: sight.isLong ? maxHeight : undefined }}>
      <table
        className="data"
        aria-label={name}
        aria-rowcount={sorted.length + 1}
        style={{ '--row': `${rowHeight}px` } as object}
      >
        <Heading columns={columns} order={order} setOrder={setOrder} />
        <tbody onKeyDown={onKeyDown}>
          <Gap height={sight.before} columns={columns.length} />
          {sight.shown.map((index) => {
            const row = sorted[index];
            if (row === undefined) return null;
            const id = props.idOf(row);
            const own = { row, index, isReachable: index === reachable, isSelected: props.selected === id };
            return <TableRow key={id} {...own} columns={columns} open={props.open} onReach={setActive} />;
          })}
          <Gap height={sight.after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

interface Sight {
  readonly isLong: boolean;
  /** Places of the rows that are in the page. */
  readonly shown: readonly number[];
  /** Pixels of the rows above and below that are not. */
  readonly before: number;
  readonly after: number;
  readonly bringIn: (index: number) => void;
}

function useSight(count: number, rowHeight: number, scroller: RefObject<HTMLDivElement | null>): Sight {
  const isLong = count > ALL_IN_PAGE;
  const virtual = useVirtualizer({
    count: isLong ? count : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  if (!isLong)
    return {
      isLong,
      shown: Array.from({ length: count }, (_, index) => index),
      before: 0,
      after: 0,
      bringIn: () => undefined,
    };
  const items = virtual.getVirtualItems();
  return {
    isLong,
    shown: items.map(({ index }) => index),
    before: items[0]?.start ?? 0,
    after: virtual.getTotalSize() - (items.at(-1)?.end ?? 0),
    bringIn: (index) => virtual.scrollToIndex(index),
  };
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 };

/** One row of the table is in the order of Tab; arrows move which. */
function useActiveRow(count: number, scroller: RefObject<HTMLDivElement | null>, bringIn: (index: number) => void) {
  const [active, setActive] = useState(0);
  const goTo = (wanted: number): void => {
    const index = Math.max(0, Math.min(count - 1, wanted));
    setActive(index);
    bringIn(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const end = event.key === 'Home' ? 0 : event.key === 'End' ? count - 1 : undefined;
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    goTo(end ?? active + (step ?? 0));
  };
  return { active, setActive, onKeyDown };
}

interface TableRowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly open: ((row: Row) => void) | undefined;
  readonly row: Row;
  readonly index: number;
  readonly isReachable: boolean;
  readonly isSelected: boolean;
  readonly onReach: (index: number) => void;
}

/** Drawn again only where something of it is another: scrolling draws the rows that come into sight. */
const TableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>({ row, index, columns, open, isReachable, isSelected, onReach }: TableRowProps<Row>) {
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      aria-current={isSelected ? true : undefined}
      className={open === undefined ? 'row' : 'row opens'}
      tabIndex={isReachable ? 0 : -1}
      onFocus={() => onReach(index)}
      onClick={(event) => !isOnControl(event.target) && open?.(row)}
      onKeyDown={(event) => event.key === 'Enter' && event.target === event.currentTarget && open?.(row)}
    >
      {columns.map((column) => (
        <td key={column.id} className={cellClass(column)}>
          {(column.show ?? column.value)(row)}
        </td>
      ))}
    </tr>
  );
}

interface HeadingProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly order: Order | undefined;
  readonly setOrder: (order: Order) => void;
}

function Heading<Row>({ columns, order, setOrder }: HeadingProps<Row>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const on = order?.by === column.id;
          const next: Order = { by: column.id, descending: on ? !order.descending : column.isNumber === true };
          return (
            <th
              key={column.id}
              scope="col"
              className={cellClass(column)}
              style={{ width: column.width, minWidth: column.width }}
              aria-sort={on ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button
                type="button"
                className="sort"
                data-on={on || undefined}
                title={column.hint}
                onClick={() => setOrder(next)}
              >
                {column.isNumber === true && <Arrow on={on} order={order} />}
                {column.title === '' ? (
                  <span className="visually-hidden">{column.hint ?? column.id}</span>
                ) : (
                  column.title
                )}
                {column.isNumber !== true && <Arrow on={on} order={order} />}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Arrow({ on, order }: { readonly on: boolean; readonly order: Order | undefined }) {
  if (!on) return null;
  return <span aria-hidden>{order?.descending === true ? ' ↓ ' : ' ↑ '}</span>;
}

function Gap({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr className="gap" aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

function cellClass({
  isNumber,
  isSecondary,
}: {
  readonly isNumber?: boolean;
  readonly isSecondary?: boolean;
}): string | undefined {
  const names = [isNumber === true ? 'right' : '', isSecondary === true ? 'wide-only' : ''].filter(
    (name) => name !== '',
  );
  return names.length === 0 ? undefined : names.join(' ');
}

function isOnControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label') !== null;
}

/** What has no value comes last, whichever way. */
function inOrder<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | undefined): readonly Row[] {
  const column = columns.find(({ id }) => id === order?.by);
  if (column === undefined || order === undefined) return rows;
  const sign = order.descending ? -1 : 1;
  return rows.toSorted((one, other) => compared(column.value(one), column.value(other), sign));
}

function compared(one: Cell, other: Cell, sign: number): number {
  const [isVoid, isOtherVoid] = [one === null || one === undefined, other === null || other === undefined];
  if (isVoid || isOtherVoid) return Number(isVoid) - Number(isOtherVoid);
  if (typeof one === 'number' && typeof other === 'number') return sign * (one - other);
  return sign * String(one).localeCompare(String(other), 'en', { numeric: true });
}
