const HEADINGS = ['measure', 'ratio', '(min to max)', 'sprintlab', '(min to max)', 'peer', '(min to max)', ''];

/** The figures as a table: first the ratio, Sprintlab's over its peer's, then what each of them needed. */
export function figureLines(figures) {
  const rows = figures.map(({ measure, unit, peer, sprintlab, peerSpread, ratio }) => [
    measure,
    ...spreadCells(ratio, ''),
    ...spreadCells(sprintlab, ` ${unit}`),
    ...spreadCells(peerSpread, ` ${unit}`),
    peer,
  ]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table.map((row) =>
    row
      .map((cell, column) => aligned(cell, widths[column], column))
      .join('  ')
      .trimEnd(),
  );
}

function spreadCells({ min, median, max }, unit) {
  return [`${inDigits(median)}${unit}`, `(${inDigits(min)} to ${inDigits(max)})`];
}

/** Three digits that count; more would be noise. */
function inDigits(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function aligned(cell, width, column) {
  const isText = column === 0 || column === HEADINGS.length - 1;
  return isText ? cell.padEnd(width) : cell.padStart(width);
}
