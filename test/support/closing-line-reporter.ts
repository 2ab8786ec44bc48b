import type { Reporter, TestModule } from 'vitest/node';

/** Closes the output with the line that CI reads: `25 passed, 0 failed, 0 skipped`. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const skipped = new Set<string>();
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      if (tests.length === 0 || module.errors().length > 0) count.failed += module.errors().length;
      for (const test of tests) {
        const { state } = test.result();
        count[state === 'pending' ? 'skipped' : state] += 1;
        // The name of what is skipped says why; the default reporter shows its file only.
        if (state === 'skipped') skipped.add(test.parent.type === 'suite' ? test.parent.fullName : test.fullName);
      }
    }
    // After the default reporter's own summary, so that this is the last line.
    process.once('exit', () => {
      for (const name of skipped) process.stdout.write(`not run: ${name}\n`);
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}
