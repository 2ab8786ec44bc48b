import type { DatasetAnswer } from '#features/datasets/http/datasets.schema.ts';
import { useQuery } from '@tanstack/react-query';
import { listing } from './queries.ts';

/** Whether the sessions of a data set were made by a generator; `undefined` until that is known. */
export function useIsSynthetic(dataset: string): boolean | undefined {
  const { data } = useQuery(listing<DatasetAnswer>('/datasets'));
  const found = data?.items.find(({ name }) => name === dataset);
  return found === undefined ? undefined : found.origin === 'synthetic';
}
