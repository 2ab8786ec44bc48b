import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['src/**/*.test.ts', 'ui/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/architecture/fixtures/**', 'node_modules/**'],
    globalSetup: ['./test/support/global-set-up.ts'],
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    // What hangs ends all the same; on a busy machine nothing else should.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
