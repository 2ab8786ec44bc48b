import { describe, expect, it } from 'vitest';
import type { CodeVersions } from '#features/experiments/domain/planned-stages.ts';
import type { OpenStages } from '#features/stages/domain/open-stages.ts';
import { STAGE_KINDS } from '#science/stages/stage.ts';
import { hasWorkFor, otherCodeIn } from './other-code.ts';

const OWN = Object.fromEntries(STAGE_KINDS.map((kind) => [kind, `own-${kind}`])) as CodeVersions;

function open(status: OpenStages['status'], change: Partial<OpenStages> = {}): OpenStages {
  return { kind: 'training', codeVersion: OWN.training, status, rests: false, count: 1, ...change };
}
const foreign = { codeVersion: '0123456789abcdef', count: 3 };

describe('otherCodeIn', () => {
  it('names kinds, versions and what to do where everything that is ready is for other code', () => {
    const refusal = otherCodeIn([open('ready', foreign), open('blocked')], OWN);
    expect(refusal?.code).toBe('OTHER_CODE_VERSION');
    expect(refusal?.message).toContain('3 of training (planned for code 01234567, here is own-trai)');
    expect(refusal?.message).toContain('sprintlab resume ID --approve');
  });

  it.each([
    ['nothing is ready', [open('blocked', foreign), open('running', foreign)]],
    ['something is for this code', [open('ready', foreign), open('ready')]],
    ['nothing is there', []],
  ])('refuses nothing where %s', (_, stages) => expect(otherCodeIn(stages, OWN)).toBeNull());
});

describe('hasWorkFor', () => {
  it.each([
    [true, 'is ready', [open('ready')]],
    [true, 'runs elsewhere', [open('running')]],
    [true, 'rests after a mishap', [open('blocked', { rests: true })]],
    [true, 'is blocked while something runs', [open('blocked'), open('running', foreign)]],
    [false, 'is blocked, and nothing runs', [open('blocked')]],
    [false, 'is for other code only', [open('ready', foreign), open('running', foreign)]],
    [false, 'is not there', []],
  ])('says %s where what is open %s', (expected, _, stages) => expect(hasWorkFor(stages, OWN)).toBe(expected));
});
