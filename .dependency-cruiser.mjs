/**
 * The arrows of docs/architecture.md as law: `apps -> features -> platform -> kernel`, `features -> science`.
 * Each rule has a file in test/architecture/fixtures/layers that breaks it, and a test that proves that the rule sees it.
 */
const TEST = '\\.test\\.ts$';
const PURE = '^src/((science|kernel|features/[^/]+/domain)/|features/[^/]+/http/[^/]+\\.schema\\.ts$)';
const PURE_PACKAGES =
  '(^|/)node_modules/(zod|yaml|fastest-levenshtein|pure-rand|protobufjs|ml-matrix|ml-kmeans|@saehrimnir/druidjs)/';
const HASHING = '^(node:)?crypto$';
const PRIVATE_TO_A_FEATURE = '(http|jobs|persistence|import)';
const LOADED_BY_NAME = [
  '^src/apps/[^/]+/main\\.ts$', // started by Node
  '^src/science/stages/', // the list of stages is read from the folder's build
  '^src/platform/database/migrations/', // handed to TypeORM as a folder
  '^scripts/[^/]+\\.mjs$', // started by npm
  '^ui/(vite\\.config\\.ts$|public/)', // read by Vite, and by the browser
  '\\.css$',
  '\\.d\\.m?ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'pure-code-imports-only-pure-code',
      severity: 'error',
      comment:
        'Science, kernel and domain must run, and be read, without a framework, a data base, a disk or a clock. ' +
        'Take what you need as an argument, or write a port that platform or the feature fills.',
      from: { path: PURE, pathNot: TEST },
      to: { pathNot: [PURE, PURE_PACKAGES, HASHING] },
    },
    {
      name: 'kernel-knows-no-other-room',
      severity: 'error',
      comment: 'The kernel holds the few words that all rooms share. What needs another room belongs to that room.',
      from: { path: '^src/kernel/' },
      to: { path: '^src/(science|features|platform|apps)/' },
    },
    {
      name: 'science-knows-only-the-kernel',
      severity: 'error',
      comment: 'Science would be a library on its own: it does not know that trials, tables or programs exist.',
      from: { path: '^src/science/' },
      to: { path: '^src/(features|platform|apps)/' },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      comment:
        'Plumbing that knows a feature can serve no other. Let the feature, or the program, hand over what differs.',
      from: { path: '^src/platform/' },
      to: { path: '^src/(features|apps)/' },
    },
    {
      name: 'platform-sees-science-through-ports',
      severity: 'error',
      comment: 'An adapter may know the port that it fills (science/**/*.port.ts), never how science uses it.',
      from: { path: '^src/platform/', pathNot: TEST },
      to: { path: '^src/science/', pathNot: '\\.port\\.ts$' },
    },
    {
      name: 'features-meet-at-the-front-door',
      severity: 'error',
      comment:
        'Of another feature use the domain, the service, the port or the module. Its routes, jobs, tables and readers may ' +
        'change without asking. If two features must know each other, a third noun is missing.',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: `^src/features/[^/]+/${PRIVATE_TO_A_FEATURE}/`, pathNot: '^src/features/$1/' },
    },
    {
      name: 'nothing-imports-an-app',
      severity: 'error',
      comment:
        'An app is where everything is put together, so nothing can be below it. Move the shared part to a feature.',
      from: { path: '^(src|scripts)/', pathNot: '^src/apps/' },
      to: { path: '^src/apps/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      severity: 'error',
      comment:
        'Programs list the same features and differ in what they start. What two of them share is beside them, or a feature.',
      from: { path: '^src/apps/([^/]+)/' },
      to: { path: '^src/apps/[^/]+/', pathNot: '^src/apps/$1/' },
    },
    {
      name: 'recommending-asks-no-language-model',
      severity: 'error',
      comment:
        'What recommends must answer without a language model (science C.10), so it may not even know how one is asked.',
      from: { path: '^src/(features/recommendations|science/(models|metrics|training))/', pathNot: TEST },
      to: { path: '^src/(science/llm|features/calls)/' },
    },
    {
      name: 'ui-knows-only-the-shapes-of-src',
      severity: 'error',
      comment:
        'Of the programs the pages know what travels over HTTP (*.schema.ts), and of it the types. The rest would be shipped ' +
        'to every browser.',
      from: { path: '^ui/' },
      to: { path: '^src/', pathNot: '\\.schema\\.ts$' },
    },
    {
      name: 'ui-goes-one-way',
      severity: 'error',
      comment: 'app -> features -> components and lib. What two features share belongs to components or lib.',
      from: { path: '^ui/src/(components|lib)/' },
      to: { path: '^ui/src/(app|features)/' },
    },
    {
      name: 'ui-features-are-strangers',
      severity: 'error',
      comment:
        'Screens do not know each other: they lead to each other by address. What they share is in components or lib.',
      from: { path: '^ui/src/features/([^/]+)/' },
      to: { path: ['^ui/src/app/', '^ui/src/features/'], pathNot: '^ui/src/features/$1/' },
    },
    {
      name: 'no-barrels',
      severity: 'error',
      comment:
        'An index.ts hides where a thing lives and ties unrelated files into cycles. Import the file that says it.',
      from: { path: '(^|/)index\\.(ts|mjs)$' },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Files that import each other are one file, or a third that both need is missing. Types count as well.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nobody imports this file and it imports nobody: it is dead, or not yet connected.',
      from: { orphan: true, pathNot: LOADED_BY_NAME },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'A mistyped import leads nowhere, and so would escape every rule above.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'src-needs-no-development-tool',
      severity: 'error',
      comment:
        'Development dependencies are absent where the programs run. Move the package to dependencies, or the code to a test.',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'packages-are-declared',
      severity: 'error',
      comment:
        'A package that only another one brings along can vanish with its next version. Declare it in package.json.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'src-knows-no-test-support',
      severity: 'error',
      comment: 'What src needs to run is in src; builders and fakes are for tests.',
      from: { path: '^src/', pathNot: TEST },
      to: { path: '^test/' },
    },
    {
      name: 'nothing-imports-a-test',
      severity: 'error',
      comment: 'A test that is imported runs twice. What two tests share belongs to test/support or test/contracts.',
      from: {},
      to: { path: TEST },
    },
    {
      name: 'set-up-needs-nothing-installed',
      severity: 'error',
      comment:
        'The set-up runs before any package is there: bare Node, and packages only behind an import() after the install.',
      from: { path: '^scripts/set-up' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test/architecture/fixtures|dist|artifacts)/' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    // The same conditions as the compiler's, so that `#room/file.ts` leads to the source and not to an old build.
    enhancedResolveOptions: {
      conditionNames: ['source', 'types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
