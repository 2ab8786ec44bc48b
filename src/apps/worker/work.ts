import { otherCodeIn } from '#features/workers/domain/other-code.ts';
import { Drain } from '#features/workers/drain.ts';
import { Crew } from '../crew.ts';
import type { ProgramEnd } from '../program-message.ts';
import type { ProgramPlace } from '../run-program.ts';

/** Works until it is told to stop; with `drain` until nothing is left for it. @throws OtherCodeVersionError */
export async function work(place: ProgramPlace): Promise<ProgramEnd> {
  const { options, tellReady } = place;
  const { codeVersions } = place.application.identity;
  const crew = new Crew(place);
  const refusal = otherCodeIn(await crew.tally.open(), codeVersions);
  if (refusal !== null) throw refusal;
  await tellReady({ url: null, workers: options.workers });
  if (!options.drain) return crew.work(() => crew.idle());
  const drain = new Drain(crew.tally, codeVersions);
  const end = await crew.work(() => drain.isOver());
  if (drain.refusal !== null && !end.isStopped) throw drain.refusal;
  return end;
}
