/**
 * What can be measured. A suite is loaded when it is asked for, since only then its peers must be there.
 * @type {Record<string, { measures: string, takes: string, usesPython: boolean, load: () => Promise<Function> }>}
 */
export const SUITES = {
  data: {
    measures: 'import of 10 million rows and of amazon-beauty, and its sessions; against csv-parse and pandas',
    takes: '5 minutes',
    usesPython: true,
    load: async () => (await import('./suites/data.mjs')).measureData,
  },
  evaluation: {
    measures: 'full ranking of 22,363 users over 12,101 items by popularity, item-knn, vs-knn; against numpy',
    takes: '3 minutes',
    usesPython: true,
    load: async () => (await import('./suites/evaluation.mjs')).measureEvaluation,
  },
  engine: {
    measures:
      'SASRec: step and output layer against PyTorch; epoch, time to a quality, evaluation, memory against RecBole',
    takes: '15 minutes',
    usesPython: true,
    load: async () => (await import('./suites/engine.mjs')).measureEngine,
  },
  intents: {
    measures:
      'what an intent predictor costs: recommending, an epoch, the search for neighbours; against the backbone alone',
    takes: '8 minutes',
    usesPython: false,
    load: async () => (await import('./suites/intents.mjs')).measureIntents,
  },
  stage: {
    measures: 'what claiming, starting and storing a stage costs; against a bare Node process',
    takes: '1 minute',
    usesPython: false,
    load: async () => (await import('./suites/stage.mjs')).measureStage,
  },
  grid: {
    measures: 'a grid of 96 trials that share their stages; against trials that share nothing',
    takes: '5 minutes',
    usesPython: false,
    load: async () => (await import('./suites/grid.mjs')).measureGrid,
  },
  claims: {
    measures: 'stages claimed by 20 workers, on SQLite, on Postgres, over BullMQ; against bare rows',
    takes: '3 minutes',
    usesPython: false,
    load: async () => (await import('./suites/claims.mjs')).measureClaims,
  },
  calls: {
    measures: 'an LLM call from the process of a stage into the rows and back; against bare inserts',
    takes: '3 minutes',
    usesPython: false,
    load: async () => (await import('./suites/calls.mjs')).measureCalls,
  },
  compare: {
    measures:
      'the pages of 2,000 trials: board, lists, Chromium, hottest reads under load, event streams; against a real MLflow server',
    takes: '10 minutes',
    usesPython: false,
    load: async () => (await import('./suites/compare.mjs')).measureCompare,
  },
  restart: {
    measures:
      'a server from its start to ready with 10,000 finished trials, and a look at its metrics; against an empty home',
    takes: '3 minutes',
    usesPython: false,
    load: async () => (await import('./suites/restart.mjs')).measureRestart,
  },
  mirror: {
    measures: 'points and spans told to MLflow; against a bare client',
    takes: '5 minutes',
    usesPython: false,
    load: async () => (await import('./suites/mirror.mjs')).measureMirror,
  },
  'mirror-grid': {
    measures:
      'the CPU time that the grid of the demo takes with MLflow, also one that is killed again and again; against the same without',
    takes: '25 minutes',
    usesPython: false,
    load: async () => (await import('./suites/mirror-grid.mjs')).measureMirrorGrid,
  },
  'mirror-absence': {
    measures: 'a million events that MLflow was not told of, and a mirror that dies meanwhile; against 10,000',
    takes: '3 minutes',
    usesPython: false,
    load: async () => (await import('./suites/mirror-absence.mjs')).measureMirrorAbsence,
  },
};
