/**
 * How a metric is called in MLflow, whose names have letters, digits, `_`, `-`, `.`, `/`, `:` and spaces only. What the
 * evaluation of a trial measured on its test sessions has its plain name, `hr_at_20`; anything else says which stage
 * measured it on which data: `training/valid/ndcg_at_20`.
 */
export function metricKey(stage: string, { split, name }: { readonly split: string; readonly name: string }): string {
  const plain = name.replaceAll('@', '_at_').replaceAll(/[^A-Za-z0-9_\-./ ]/g, '_');
  const isResult = split === 'test' && (stage === 'evaluation' || stage === 'baseline');
  return isResult ? plain : `${stage}/${split}/${plain}`;
}
