import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import type { EventDraft } from './domain/event.ts';

/** Five events of five data sets, in two transactions. */
const drafts = (names: readonly string[]): readonly EventDraft[] =>
  names.map((id) => ({ kind: 'imported', subject: { kind: 'dataset', id }, payload: { rows: id.length } }));

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('the chain of events on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => {
    home = await open();
    for (const names of [
      ['a', 'bb'],
      ['ccc', 'dddd', 'eeeee'],
    ]) {
      await home.database.transaction((rows) => home.events.append(rows, drafts(names)));
    }
  });
  afterEach(() => home.close());

  const tamper = async (...statements: readonly string[]): Promise<void> => {
    await home.database.transaction(async (rows) => {
      for (const statement of statements) await rows.query(statement);
    });
  };

  it('is whole as it was written', async () => {
    expect(await home.events.verify()).toEqual({ events: 5, brokenAt: null });
  });

  it.each([
    ['the payload', `UPDATE events SET payload = '{"rows":99}' WHERE number = 3`],
    ['the payload, into what is no JSON', `UPDATE events SET payload = 'oops' WHERE number = 3`],
    ['the kind', `UPDATE events SET kind = 'deleted' WHERE number = 3`],
    ['the subject', `UPDATE events SET subject_id = 'other' WHERE number = 3`],
    ['the time', 'UPDATE events SET at = at + 1 WHERE number = 3'],
    ['the hash', `UPDATE events SET hash = previous_hash WHERE number = 3`],
  ])('is broken at an event of which somebody changed %s', async (_, statement) => {
    await tamper(statement);
    expect(await home.events.verify()).toMatchObject({ brokenAt: 3 });
  });

  it('is broken after an event that was removed', async () => {
    await tamper('DELETE FROM events WHERE number = 3');
    expect(await home.events.verify()).toMatchObject({ brokenAt: 4 });
  });

  it('is broken at the beginning where the first event was removed', async () => {
    await tamper('DELETE FROM events WHERE number = 1');
    expect(await home.events.verify()).toMatchObject({ brokenAt: 2 });
  });

  it('is broken where the gap was closed by new numbers', async () => {
    await tamper('DELETE FROM events WHERE number = 3', 'UPDATE events SET number = 3 WHERE number = 4');
    expect(await home.events.verify()).toMatchObject({ brokenAt: 3 });
  });

  it('is broken where two events were swapped', async () => {
    await tamper(
      'UPDATE events SET number = 99 WHERE number = 2',
      'UPDATE events SET number = 2 WHERE number = 3',
      'UPDATE events SET number = 3 WHERE number = 99',
    );
    expect(await home.events.verify()).toMatchObject({ brokenAt: 2 });
  });

  it('is broken at an event that was added by hand', async () => {
    await tamper(
      `INSERT INTO events SELECT 6, at, kind, subject_kind, subject_id, payload, hash, hash FROM events WHERE number = 5`,
    );
    expect(await home.events.verify()).toMatchObject({ brokenAt: 6 });
  });

  it('stays one chain when twenty write at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `x${index}`);
    await Promise.all(
      names.map((name) => home.database.transaction((rows) => home.events.append(rows, drafts([name])))),
    );
    expect(await home.events.verify()).toEqual({ events: 25, brokenAt: null });
  });

  it('has no event of a transaction that was taken back', async () => {
    const refused = home.database.transaction(async (rows) => {
      await home.events.append(rows, drafts(['never']));
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(await home.events.verify()).toEqual({ events: 5, brokenAt: null });
  });
});
