import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';

/** The rank of every test target, a row each, by session and then position. */
export interface TargetRanks {
  readonly session: Int32Array;
  readonly position: Int32Array;
  readonly target: Int32Array;
  readonly rank: Float32Array;
}

/** @throws DamagedTensorsError */
export function decodeTargetRanks(bytes: Uint8Array): TargetRanks {
  const file = decodeSafetensors(bytes);
  return {
    session: numbersOf(file, 'session', 'I32'),
    position: numbersOf(file, 'position', 'I32'),
    target: numbersOf(file, 'target', 'I32'),
    rank: numbersOf(file, 'rank', 'F32'),
  };
}

export interface Flip {
  /** `gained`: a hit of the one, a miss of the other. */
  readonly flip: 'gained' | 'lost';
  readonly session: number;
  readonly position: number;
  readonly target: number;
  readonly rank: number;
  readonly againstRank: number;
}

export interface Flips {
  readonly both: number;
  readonly neither: number;
  readonly flips: readonly Flip[];
}

/** Where two trials disagree: of each target that both ranked, whether it is among the first `cutoff`. */
export function flipsBetween(own: TargetRanks, against: TargetRanks, cutoff: number): Flips {
  const places = new Map(Array.from(against.session, (session, row) => [placeOf(session, against.position[row]), row]));
  let [both, neither] = [0, 0];
  const flips: Flip[] = [];
  for (const [row, session] of own.session.entries()) {
    const other = places.get(placeOf(session, own.position[row]));
    if (other === undefined) continue;
    const [rank = 0, againstRank = 0] = [own.rank[row], against.rank[other]];
    const [isHit, wasHit] = [rank <= cutoff, againstRank <= cutoff];
    if (isHit === wasHit) {
      both += Number(isHit);
      neither += Number(!isHit);
      continue;
    }
    const [position = 0, target = 0] = [own.position[row], own.target[row]];
    flips.push({ flip: isHit ? 'gained' : 'lost', session, position, target, rank, againstRank });
  }
  return { both, neither, flips };
}

function placeOf(session: number, position: number | undefined): string {
  return `${session} ${position ?? ''}`;
}
