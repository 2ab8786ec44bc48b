import type { Comparison } from '#features/comparisons/domain/comparison.ts';
import { parseExperimentReference } from '#features/experiments/domain/experiment.ts';
import type { Server } from './server.ts';

/** The arms side by side, as a server has them. @param reference NAME, or NAME@REVISION */
export async function farComparison(server: Server, reference: string): Promise<Comparison> {
  const { compareArms } = await import('#features/boards/http/experiments.endpoints.ts');
  const { name, revision } = parseExperimentReference(reference);
  const answer = await server.ask(compareArms, { params: { name }, query: { revision: revision ?? undefined } });
  // To the route protocols and settings are any JSON; the server made them by these types.
  return answer as unknown as Comparison;
}
