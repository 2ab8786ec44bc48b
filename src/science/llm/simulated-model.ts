/** The simulated language model (science D), as a stage names it. */
export type SimulatedModelParameters = Readonly<{
  kind: 'simulated';
  /** Share of answers that are replaced by a random valid one, and a tenth of them by garbage. */
  errorRate: number;
}>;
