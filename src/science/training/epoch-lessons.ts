import type { Course } from './course.ts';
import type { Lesson } from './lesson.ts';

/** The courses of an epoch, side by side: each step has some members of each. */
export class EpochLessons {
  constructor(
    private readonly contexts: readonly Int32Array[],
    private readonly intents: number,
    private readonly courses: readonly Course[],
  ) {}

  /** What the next step teaches; `null` where nothing is taught in this epoch. */
  next(): Lesson | null {
    if (this.courses.length === 0) return null;
    const size = this.courses.reduce((sum, course) => sum + course.size, 0);
    const lesson = { distributions: new Float32Array(size * this.intents), weights: new Float32Array(size) };
    const contexts: Int32Array[] = [];
    for (const course of this.courses) {
      for (const member of course.next()) {
        lesson.distributions.set(course.settings.distributionOf(member), contexts.length * this.intents);
        lesson.weights[contexts.length] = course.weightOf(member);
        contexts.push(this.contexts[member]!);
      }
    }
    return { contexts, ...lesson };
  }

  /** Notes the cross-entropies of the latest lesson, and gives what they add to the loss. */
  record(crossEntropies: Float32Array): number {
    let [added, from] = [0, 0];
    for (const course of this.courses) {
      added += course.record(crossEntropies.subarray(from, from + course.size));
      from += course.size;
    }
    return added;
  }
}
