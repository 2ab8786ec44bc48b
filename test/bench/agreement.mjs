/** The two sides do not compute the same, so that their times say nothing. */
export class SidesDisagreeError extends Error {
  constructor(what, left, right) {
    super(`The sides do not agree on ${what}: ${left} by Sprintlab, ${right} by its peer. The times were thrown away.`);
    this.name = 'SidesDisagreeError';
  }
}

/** @throws SidesDisagreeError */
export function assertClose(what, left, right, tolerance) {
  if (!(Math.abs(left - right) <= tolerance)) throw new SidesDisagreeError(what, left, right);
}
