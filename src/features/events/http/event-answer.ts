import type { RecordedEvent } from '../domain/event.ts';
import type { EventAnswer } from './events.schema.ts';

export function toEventAnswer({ number, at, kind, subject, payload }: RecordedEvent): EventAnswer {
  return { number, at: at.toISOString(), kind, subject: { ...subject }, payload: { ...payload } };
}
