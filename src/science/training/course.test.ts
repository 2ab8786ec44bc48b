import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { Course, type CourseSettings } from './course.ts';
import { EpochLessons } from './epoch-lessons.ts';

const aCourse = (change: Partial<CourseSettings> = {}): Course =>
  new Course({
    members: Int32Array.of(0, 1, 2, 3, 4),
    batch: 2,
    rng: stream(1, 'train', 'test'),
    distributionOf: () => Float32Array.of(0.5, 0.5),
    importanceOf: () => 1,
    lambda: 1,
    ...change,
  });

describe('a course', () => {
  it('has every member once before any comes again, in an order of chance', () => {
    const course = aCourse();
    const turns = Array.from({ length: 5 }, () => [...course.next()]).flat();
    expect(turns.slice(0, 5).toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(turns.slice(5).toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(turns.slice(0, 5)).not.toEqual(turns.slice(5));
    expect(course.passes).toBe(2);
  });

  it('has all of them each step where there are fewer than asked for', () => {
    const course = aCourse({ batch: 16 });
    expect([...course.next()].toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(course.passes).toBe(1);
  });

  it('adds λ times the mean of κ CE to the loss, and reports it without λ', () => {
    const course = aCourse({
      members: Int32Array.of(0, 1),
      importanceOf: (context) => (context === 0 ? 0.5 : 1),
      lambda: 0.1,
    });
    const crossEntropies = Float32Array.from(course.next(), (context) => (context === 0 ? 4 : 1));
    // (.5 · 4 + 1 · 1) / 2 = 1.5
    expect(course.record(crossEntropies)).toBeCloseTo(0.15, 12);
    expect(course.loss).toBeCloseTo(1.5, 12);
    expect(course.weightOf(0)).toBeCloseTo(0.025, 12);
  });
});

describe('the lessons of an epoch', () => {
  it('have members of each course side by side, with what each is taught and how much it counts', () => {
    const contexts = [1, 2, 3].map((item) => Int32Array.of(item));
    const labelled = aCourse({ members: Int32Array.of(2), distributionOf: () => Float32Array.of(1, 0), lambda: 0.1 });
    const confident = aCourse({ members: Int32Array.of(1), importanceOf: () => 0.5, lambda: 0.05 });
    const lessons = new EpochLessons(contexts, 2, [labelled, confident]);
    const lesson = lessons.next()!;
    expect(lesson.contexts.map((items) => [...items])).toEqual([[3], [2]]);
    expect([...lesson.distributions]).toEqual([1, 0, 0.5, 0.5]);
    expect([...lesson.weights]).toEqual([Math.fround(0.1), Math.fround(0.025)]);
    expect(lessons.record(Float32Array.of(2, 4))).toBeCloseTo(0.1 * 2 + 0.05 * 0.5 * 4, 12);
  });

  it('are none without a course', () => {
    expect(new EpochLessons([], 2, []).next()).toBeNull();
  });
});
