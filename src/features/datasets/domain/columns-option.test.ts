import { describe, expect, it } from 'vitest';
import { InvalidColumnsOptionError, parseColumnsOption } from './columns-option.ts';

function placesOf(text: string) {
  try {
    parseColumnsOption(text);
    return [];
  } catch (error) {
    if (error instanceof InvalidColumnsOptionError) return error.places;
    throw error;
  }
}

describe('parseColumnsOption', () => {
  it('reads pairs, with spaces inside and around a name', () => {
    expect(parseColumnsOption('session=session ID, item = item ID,title=titles')).toEqual({
      session: 'session ID',
      item: 'item ID',
      title: 'titles',
    });
  });

  it('splits a pair at its first equals sign', () => {
    expect(parseColumnsOption('item=a=b')).toEqual({ item: 'a=b' });
  });

  it('names an unknown role and the one probably meant', () => {
    expect(placesOf('usr=user_id')).toMatchObject([{ path: '--columns', suggestion: 'user' }]);
  });

  it('does not take a word that every object has for a role', () => {
    expect(placesOf('constructor=x')).toHaveLength(1);
    expect(placesOf('toString=x,item=item_id')).toHaveLength(1);
  });

  it('refuses a role that is named twice', () => {
    expect(placesOf('item=a,item=b')[0]?.problem).toBe('the role item is named twice');
  });

  it.each(['', 'user', 'user=', 'user=a,', '=a'])('refuses %j as no pair of role and column', (text) => {
    expect(placesOf(text)).toHaveLength(1);
  });

  it('names every mistake at once', () => {
    expect(placesOf('usr=a,item,item=b,item=c')).toHaveLength(3);
  });
});
