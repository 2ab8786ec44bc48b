import type { AcceptanceAnswer } from '#features/profilings/http/profilings.schema.ts';

interface Asked {
  readonly asked: number;
  /** Of those asked about, 0 to 1; `null` where none was. */
  readonly share: number | null;
}

/** A session without text was chosen, but nothing could be asked about it: it is no failure of the model. */
export function askedIn({
  sessions,
  withoutText,
  accepted,
}: Pick<AcceptanceAnswer, 'sessions' | 'withoutText' | 'accepted'>): Asked {
  const asked = sessions - withoutText;
  return { asked, share: asked === 0 ? null : accepted / asked };
}
