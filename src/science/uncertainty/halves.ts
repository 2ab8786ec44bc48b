import { stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';

/**
 * (n): for each position of the training view the half that it belongs to, 0 or 1, by chance; of an odd number half 0 has one
 * more. With cross-fitting the warm-up of a half has never seen what it scores: the other half.
 * @param seed the profile seed.
 */
export function halfOf({ session }: Pick<SessionView, 'session'>, seed: number): Uint8Array {
  const halves = session.length - Math.floor(session.length / 2);
  const marks = new Uint8Array(session.length).fill(1, halves);
  stream(seed, 'profile', 'halves').shuffle(marks);
  return marks;
}
