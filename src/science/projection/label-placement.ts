/** A mark that has a label, and how long that is. */
export interface LabelAnchor {
  readonly x: number;
  readonly y: number;
  readonly letters: number;
}

/** Where a label begins: the middle of its left edge. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of 12-point letters, about. */
const LETTER = 7;
const LINE = 16;
/** From the middle of a mark. */
const BESIDE = 11;
/** Lines that a label may be away from its mark. */
const FARTHEST = 12;

/**
 * Places labels beside their marks, on the left where the area ends, and by whole lines lower or higher where another label
 * stands already; the first have the better places. What finds no room stands beside its mark all the same.
 */
export function placeLabels(anchors: readonly LabelAnchor[], area: Area): readonly LabelPlace[] {
  const placed: Area[] = [];
  return anchors.map((anchor) => {
    const candidates = boxesFor(anchor, area);
    const free = candidates.find((box) => isWithin(box, area) && !placed.some((other) => overlap(box, other)));
    const box = free ?? candidates[0]!;
    placed.push(box);
    return { x: box.x, y: box.y + box.height / 2 };
  });
}

/** The nearest first. */
function boxesFor({ x, y, letters }: LabelAnchor, area: Area): readonly Area[] {
  const width = letters * LETTER;
  const left = x + BESIDE + width > area.x + area.width ? x - BESIDE - width : x + BESIDE;
  const lines = Array.from({ length: 2 * FARTHEST + 1 }, (_, at) => (at % 2 === 0 ? -at / 2 : (at + 1) / 2));
  return lines.map((line) => ({ x: left, y: y - LINE / 2 + line * LINE, width, height: LINE }));
}

function isWithin(box: Area, area: Area): boolean {
  return box.y >= area.y && box.y + box.height <= area.y + area.height;
}

function overlap(left: Area, right: Area): boolean {
  const across = left.x < right.x + right.width && right.x < left.x + left.width;
  return across && left.y < right.y + right.height && right.y < left.y + left.height;
}
