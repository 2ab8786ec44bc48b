import { cpus } from 'node:os';

/** The page of a comparison: what was asked, what came out, and what it rests on. Whatever it shows. */
/** @param source the manifest as it ran, its bases merged into it */
export function resultsPage({ name, manifest, source, comparison, trials }) {
  return `${[
    `# ${name}`,
    `Written by \`npm run results -- ${name}\` from the rows of ${manifest}; not edited by hand.`,
    `**${comparison.question}**`,
    labels(comparison),
    protocols(comparison),
    armTable(comparison),
    ...comparison.warnings.map((warning) => `> ${warning}`),
    '## Against the baseline',
    differences(trials, comparison),
    '## Profiling',
    profiling(trials),
    '## By uncertainty and by length',
    strata(trials, comparison),
    '## What it took',
    stageTable(trials),
    '## The manifest',
    `\`\`\`yaml\n${source.trim()}\n\`\`\``,
  ].join('\n\n')}\n`;
}

function labels({ synthetic, arms }) {
  const said = [];
  if (synthetic.length > 0) said.push(`The data (${synthetic.join(', ')}) are **SYNTHETIC**: nobody clicked.`);
  if (arms.some(({ llm }) => llm?.isSimulated)) {
    said.push(
      'The LLM is **SIMULATED**: rules over the texts answered, so nothing here says anything about a language model.',
    );
  }
  said.push(
    'Nothing here reproduces the numbers of the paper. mean ± standard deviation over n trials; test split, full ranking.',
  );
  return said.join(' ');
}

function protocols({ protocols: byDataset }) {
  return Object.entries(byDataset)
    .map(([dataset, { sessions, split, maskSeen, minItemCount, minLength, maxLength }]) => {
      const seen = maskSeen ? 'seen items masked' : 'seen items not masked';
      return `${dataset}: ${JSON.stringify(sessions)} × ${split}, ${seen}, items ≥ ${minItemCount}, sessions ≥ ${minLength}, the last ${maxLength} items.`;
    })
    .join('\n');
}

function armTable({ arms, baseline }) {
  const metrics = [...new Set(arms.flatMap(({ metrics: own }) => Object.keys(own)))];
  return table(
    ['arm', 'n', ...metrics, 'best epoch', 'epochs with enrichment', 'LLM calls', 'its share'],
    arms.map((arm) => [
      arm.name === baseline ? `${arm.name} (baseline)` : arm.name,
      arm.trials === arm.planned ? arm.trials : `${arm.trials} of ${arm.planned}`,
      ...metrics.map((metric) => summary(arm.metrics[metric])),
      spread(arm.bestEpoch?.values),
      spread(arm.enrichmentActiveEpochs?.values),
      arm.llm === null ? '-' : arm.llm.calls.toFixed(0),
      arm.llm === null ? '-' : arm.llm.shareOfCalls.toFixed(0),
    ]),
  );
}

/** Paired by training seed: of an arm that profiles, the mean over its profile seeds against the baseline of that training seed. */
function differences(trials, { arms, baseline, primary }) {
  const meanOf = (arm, train) => {
    const own = trials.filter((trial) => trial.arm === arm && trial.seeds.train === train);
    const values = own.flatMap(({ metrics }) => metrics.filter(isFinalTest(primary)).map(({ value }) => value));
    return values.length === 0 ? null : mean(values);
  };
  const seeds = [...new Set(trials.map(({ seeds: own }) => own.train))].filter((seed) => seed !== null);
  const rows = arms.flatMap(({ name }) => {
    const paired = seeds.map((seed) => [meanOf(name, seed), meanOf(baseline, seed)]);
    if (name === baseline || paired.some((pair) => pair.includes(null))) return [];
    const values = paired.map(([own, base]) => own - base);
    return [[name, signed(mean(values)), values.map(signed).join(', ')]];
  });
  const note = `Difference in ${primary} for each training seed, an arm that profiles as the mean over its profile seeds. No test was made: with so few seeds a difference of the size of its spread is chance.`;
  return `${note}\n\n${table(['arm', 'mean', 'by training seed'], rows)}`;
}

function isFinalTest(metric) {
  return ({ name, split, step, stage }) => name === metric && split === 'test' && step === 0 && stage === 'evaluation';
}

/** Of each stage what is shown; both count calls. */
const PROFILING_METRICS = {
  'profiling-finalise':
    /^(profiledSessions|labels|poolSize|retired|acceptance@\d+|chance@3|calls|effectiveIntents|intentsPerLabel|shareOfAll)$/,
  probe: /^(randomIntentAcceptance|benefitSpearman)$/,
};

function profiling(trials) {
  const profiled = trials.filter(({ stages }) => stages.some(({ kind }) => kind === 'profiling-finalise'));
  const byChain = new Map();
  for (const trial of profiled) {
    const { key } = trial.stages.find(({ kind }) => kind === 'profiling-finalise');
    if (!byChain.has(key)) byChain.set(key, trial);
  }
  const rows = [...byChain.values()].map((trial) => {
    const own = trial.metrics.filter(({ stage, name }) => PROFILING_METRICS[stage]?.test(name));
    return [
      `${trial.arm}, profile seed ${trial.seeds.profile}`,
      Object.fromEntries(own.map(({ name, value }) => [name, value])),
    ];
  });
  const names = [...new Set(rows.flatMap(([, values]) => Object.keys(values)))].sort();
  return table(
    ['first arm of the chain', ...names],
    rows.map(([label, values]) => [label, ...names.map((name) => number(values[name]))]),
  );
}

function strata(trials, { primary }) {
  const byArm = new Map();
  for (const { arm, strata: found } of trials) if (found) byArm.set(arm, [...(byArm.get(arm) ?? []), found]);
  const blocks = ['byLength', 'byUncertainty'].map((kind) => {
    const names = [
      ...new Set([...byArm.values()].flat().flatMap((one) => (one[kind] ?? []).map(({ stratum }) => stratum))),
    ];
    if (names.length === 0) return null;
    const rows = [...byArm].map(([arm, all]) => [
      arm,
      ...names.map((stratum) => {
        const values = all.flatMap((one) =>
          (one[kind] ?? []).filter((row) => row.stratum === stratum).map(({ metrics }) => metrics[primary]),
        );
        return values.length === 0 ? '-' : rate(mean(values));
      }),
    ]);
    const title =
      kind === 'byLength'
        ? `${primary} by items before the target`
        : `${primary} by decile of uncertainty, 10 the most uncertain`;
    return `${title}:\n\n${table(['arm', ...names], rows)}`;
  });
  return blocks.filter((block) => block !== null).join('\n\n');
}

function stageTable(trials) {
  const seen = new Map();
  for (const { stages } of trials) for (const stage of stages) seen.set(stage.key, stage);
  const byKind = new Map();
  for (const { kind, seconds, peakMemoryBytes } of seen.values()) {
    byKind.set(kind, [...(byKind.get(kind) ?? []), { seconds: seconds ?? 0, memory: peakMemoryBytes ?? 0 }]);
  }
  const rows = [...byKind].map(([kind, runs]) => [
    kind,
    runs.length,
    mean(runs.map(({ seconds }) => seconds)).toFixed(1),
    Math.max(...runs.map(({ seconds }) => seconds)).toFixed(1),
    (Math.max(...runs.map(({ memory }) => memory)) / 1e6).toFixed(0),
  ]);
  const total = trials.reduce((sum, { stages }) => sum + stages.length, 0);
  const note = `${trials.length} trials of ${total} stages, ${seen.size} of them distinct. Each in a process of its own with one thread (${cpus()[0]?.model ?? 'unknown processor'}); as many at once as cores.`;
  return `${note}\n\n${table(['stage', 'runs', 'mean s', 'longest s', 'most MB'], rows)}`;
}

function table(head, rows) {
  const lines = [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function summary(metric) {
  if (metric === undefined) return '-';
  return metric.sd === null ? rate(metric.mean) : `${rate(metric.mean)} ± ${rate(metric.sd)}`;
}

function spread(values) {
  return values === undefined ? '-' : [...new Set(values)].sort((a, b) => a - b).join(' ');
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rate(value) {
  return value.toFixed(4).replace(/^0\./, '.');
}

function signed(value) {
  return `${value < 0 ? '−' : '+'}${rate(Math.abs(value))}`;
}

function number(value) {
  if (value === undefined) return '-';
  return Number.isInteger(value) ? value : value.toFixed(3);
}
