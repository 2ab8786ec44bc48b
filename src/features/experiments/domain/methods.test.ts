import { describe, expect, it } from 'vitest';
import { BUILT_METHODS, METHODS, methodReads, type Method } from './methods.ts';
import { SECTION_KEYS, SETTING_KEYS } from './setting-keys.ts';

describe('the table of methods', () => {
  it('names settings that exist', () => {
    const known = new Set([...SECTION_KEYS.keys(), ...SETTING_KEYS.keys()]);
    const read = Object.values(METHODS).flatMap((method: Method) => method.reads);
    expect(read.filter((name) => !known.has(name))).toEqual([]);
  });

  it('leaves no setting that nothing reads', () => {
    const unread = [...SETTING_KEYS.keys()].filter(
      (key) => !(Object.keys(METHODS) as (keyof typeof METHODS)[]).some((method) => methodReads(method, key)),
    );
    expect(unread).toEqual([]);
  });

  it('tells which settings a method reads', () => {
    expect(methodReads('popularity', 'popularity.counts')).toBe(true);
    expect(methodReads('popularity', 'itemKnn.shrink')).toBe(false);
    expect(methodReads('capacity-control', 'intents.cap')).toBe(true);
    expect(methodReads('capacity-control', 'intents.initial')).toBe(false);
    expect(methodReads('sprint', 'method')).toBe(true);
  });

  it('offers only what is built', () => {
    expect(Object.keys(METHODS).filter((name) => !BUILT_METHODS.includes(name as keyof typeof METHODS))).toEqual([
      'llm-ranker',
    ]);
  });
});
