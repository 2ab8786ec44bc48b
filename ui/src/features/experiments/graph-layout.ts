import type { StageGraphAnswer } from '#features/boards/http/experiments.schema.ts';

type Node = StageGraphAnswer['nodes'][number];

export interface PlacedNode extends Node {
  /** Pixels, of the upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly {
    readonly id: string;
    readonly from: PlacedNode;
    readonly to: PlacedNode;
    readonly stages: number;
  }[];
  readonly width: number;
  readonly height: number;
}

export const NODE = { width: 164, height: 58, gapX: 44, gapY: 12 } as const;

/** Left to right by the longest way from the start; within a column near to what a node reads, so that few links cross. */
export function placed({ nodes, links }: StageGraphAnswer): PlacedGraph {
  const depth = depths(nodes, links);
  const columns: Node[][] = [];
  for (const node of nodes) (columns[depth.get(node.id) ?? 0] ??= []).push(node);
  const byId = new Map<string, PlacedNode>();
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  columns.forEach((column, index) => placeColumn(column, { index, tallest, links, byId }));
  return {
    nodes: [...byId.values()],
    links: links.flatMap(({ from, to, stages }) => {
      const [start, end] = [byId.get(from), byId.get(to)];
      return start === undefined || end === undefined ? [] : [{ id: `${from} ${to}`, from: start, to: end, stages }];
    }),
    width: columns.length * (NODE.width + NODE.gapX) - NODE.gapX,
    height: tallest * (NODE.height + NODE.gapY) - NODE.gapY,
  };
}

function depths(nodes: readonly Node[], links: StageGraphAnswer['links']): ReadonlyMap<string, number> {
  const depth = new Map(nodes.map(({ id }) => [id, 0]));
  let isSettled = false;
  // Each round moves what reads behind what is read; a graph of n nodes has no way longer than n, so it ends.
  while (!isSettled) {
    isSettled = true;
    for (const { from, to } of links) {
      const behind = (depth.get(from) ?? 0) + 1;
      if (behind <= (depth.get(to) ?? 0) || behind >= nodes.length) continue;
      depth.set(to, behind);
      isSettled = false;
    }
  }
  return depth;
}

interface ColumnPlace {
  readonly index: number;
  readonly tallest: number;
  readonly links: StageGraphAnswer['links'];
  readonly byId: Map<string, PlacedNode>;
}

function placeColumn(column: readonly Node[], { index, tallest, links, byId }: ColumnPlace): void {
  const wish = new Map(column.map(({ id }, place) => [id, meanHeight(id, links, byId) ?? place]));
  const ordered = column.toSorted((one, other) => (wish.get(one.id) ?? 0) - (wish.get(other.id) ?? 0));
  const pitch = NODE.height + NODE.gapY;
  const top = ((tallest - ordered.length) * pitch) / 2;
  ordered.forEach((node, place) =>
    byId.set(node.id, { ...node, x: index * (NODE.width + NODE.gapX), y: top + place * pitch }),
  );
}

function meanHeight(
  id: string,
  links: StageGraphAnswer['links'],
  byId: ReadonlyMap<string, PlacedNode>,
): number | null {
  const heights = links.flatMap(({ from, to }) => (to === id ? (byId.get(from)?.y ?? []) : []));
  return heights.length === 0 ? null : heights.reduce((sum, height) => sum + height, 0) / heights.length;
}
