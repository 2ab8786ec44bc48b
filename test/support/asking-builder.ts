import type { Asking } from './asking.mjs';

const sessions = new Map<string, number>();

/** A question about a session of its own. */
export function anAsking(question: string, change: Partial<Asking> = {}): Asking {
  const session = sessions.get(question) ?? sessions.size;
  sessions.set(question, session);
  const subject = { purpose: 'profiling', step: 'IDENTIFY', session, attempt: 1, variant: 'asked' } as const;
  return { question, answer: `answer to ${question}`, subject, ...change };
}
