import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { experimentSourceQuery, templatesQuery } from './submit-queries.ts';

/** Kept in this tab, so that a look at another page does not cost what was written. */
const DRAFT = 'sprintlab-draft';

export interface Draft {
  readonly draft: string;
  readonly setDraft: (text: string) => void;
  /** By which places name it. */
  readonly file: string;
}

/** What is written. A template or an experiment that is chosen takes its place once. */
export function useDraft(): Draft {
  const [draft, setText] = useState(() => sessionStorage.getItem(DRAFT) ?? '');
  const setDraft = (text: string): void => {
    setText(text);
    sessionStorage.setItem(DRAFT, text);
  };
  const { taken, source, file } = useChosen();
  useEffect(() => {
    if (source === undefined || sessionStorage.getItem(taken) !== null) return;
    sessionStorage.setItem(taken, '');
    setDraft(source);
  }, [taken, source]);
  return { draft, setDraft, file };
}

interface Chosen {
  /** Under which it is kept that the draft has it already. */
  readonly taken: string;
  /** `undefined` where nothing is chosen, or has not come yet. */
  readonly source: string | undefined;
  readonly file: string;
}

/**
 * A choice is an entry of the tab's history: who comes back to it, or loads it again, chooses nothing anew. All of it is read
 * from one location, for the next page's is there before this one is gone.
 */
function useChosen(): Chosen {
  const { pathname, search, state } = useLocation();
  const { template, experiment }: typeof search = pathname === '/submit' ? search : {};
  const templates = useQuery({ ...templatesQuery, enabled: template !== undefined });
  const latest = useLatestSource(experiment);
  const chosen = templates.data?.items.find(({ name }) => name === template);
  return {
    taken: `sprintlab-taken-${state.__TSR_key ?? ''}`,
    source: chosen?.source ?? latest,
    file: chosen?.file ?? 'experiments/manifest.yaml',
  };
}

/** Asked anew: what is taken is taken once, and must not be the revision before. */
function useLatestSource(experiment: string | undefined): string | undefined {
  const { data, isFetching } = useQuery({
    ...experimentSourceQuery(experiment ?? ''),
    enabled: experiment !== undefined,
    staleTime: 0,
  });
  return isFetching ? undefined : data?.source;
}
