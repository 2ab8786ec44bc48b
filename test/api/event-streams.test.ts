import { describe, expect, it } from 'vitest';
import type { EventAnswer } from '#features/events/http/events.schema.ts';
import { atHome, eventually, submit, type RunningProgram } from '../support/program.ts';
import { aManifestFile, sprintlab } from '../support/command-line.ts';
import { aPlaceOn, serve } from '../support/sprint-server.ts';

interface Stream {
  readonly events: EventAnswer[];
  close(): void;
}

/** Follows as a browser does. */
async function follow({ url }: RunningProgram, query: string, headers: Record<string, string> = {}): Promise<Stream> {
  const end = new AbortController();
  const response = await fetch(`${url}/api/v1/events${query}`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: end.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: EventAnswer[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop()!;
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data === undefined) continue;
        const event = JSON.parse(data) as EventAnswer;
        expect(part).toContain(`id: ${event.number}\n`);
        events.push(event);
      }
    }
  };
  void read().catch(() => undefined);
  return { events, close: () => end.abort() };
}

describe.each(['SQLite', 'Postgres'])('the events on %s', (engine) => {
  it('are told to many at once, from any number on, without a gap', { timeout: 180_000 }, async () => {
    const invocation = await aPlaceOn(engine);
    await sprintlab(['datasets', 'generate', 'random', '--name', 'toy'], invocation);
    const server = await serve(invocation);
    const fromNow = await Promise.all(Array.from({ length: 20 }, () => follow(server, '')));
    const fromStart = await follow(server, '?after=0');
    const ofTest = await follow(server, '?after=0&experiment=test');
    const ofOther = await follow(server, '?after=0&experiment=other');
    const submission = await submit(await aManifestFile(), invocation);
    await submit(await aManifestFile(['name: other', 'arms: [{name: popularity, method: popularity}]']), invocation);
    const kinds = (stream: Stream): readonly string[] => stream.events.map(({ kind }) => kind);
    await eventually(() => Promise.resolve(kinds(fromStart).filter((kind) => kind === 'submitted').length === 2));
    await eventually(() => Promise.resolve(fromNow.every(({ events }) => events.length === 2)));
    expect(kinds(fromStart)).toEqual(['imported', 'submitted', 'submitted']);
    expect(fromStart.events.map(({ number }) => number)).toEqual([1, 2, 3]);

    await atHome(['cancel', submission], invocation);
    await eventually(() => Promise.resolve(kinds(ofTest).includes('cancelled')));
    expect(new Set(ofTest.events.map(({ subject }) => subject.id)).has(submission)).toBe(true);
    expect(kinds(ofTest).filter((kind) => kind === 'submitted')).toHaveLength(1);
    expect(kinds(ofOther)).toEqual(['submitted']);

    fromStart.close();
    const again = await follow(server, '', { 'last-event-id': '1' });
    await eventually(() => Promise.resolve(again.events.length >= ofTest.events.length));
    expect(again.events[0]!.number).toBe(2);
    const numbers = again.events.map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 2));
  });
});
