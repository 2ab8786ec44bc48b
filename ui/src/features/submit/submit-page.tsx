import type { PlanAnswer } from '#features/submissions/http/submissions.schema.ts';
import { Button, Group, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Caution, Hint, Loading } from '../../components/condition.tsx';
import { Page } from '../../components/page.tsx';
import { ApiError, type Place } from '../../lib/api.ts';
import { Bill } from './bill.tsx';
import { Problems } from './problems.tsx';
import { planQuery, schemaQuery, templatesQuery } from './submit-queries.ts';
import { SubmitButton, type Written } from './submit-button.tsx';
import { useDraft } from './use-draft.ts';

const Editor = lazy(async () => ({ default: (await import('./editor.tsx')).Editor }));
const RevisionDifference = lazy(async () => ({
  default: (await import('./revision-difference.tsx')).RevisionDifference,
}));
const route = getRouteApi('/submit');
const NONE: readonly Place[] = [];

/** A manifest is written here, checked as it is written, and its bill stands before the button. */
export function SubmitPage() {
  const { draft, setDraft, file } = useDraft();
  const [settled] = useDebouncedValue(draft, 400);
  const schema = useQuery(schemaQuery);
  const plan = useQuery(planQuery(settled, file));
  const refusal = plan.error instanceof ApiError ? plan.error : null;
  return (
    <Page
      title="Submit"
      lead="A manifest says the question and the arms. Mistakes are shown where they are; the bill stands before the button."
    >
      <Start />
      <div className="submit-grid">
        <Suspense fallback={<Loading rows={14} />}>
          <Editor
            value={draft}
            onChange={setDraft}
            places={refusal?.places ?? NONE}
            warnings={plan.data?.warnings ?? NONE}
            schema={schema.data}
          />
        </Suspense>
        <Stack gap={16}>
          {draft.trim() === '' ? (
            <Hint>
              Start from a template, or write <code>sprintlab: 1</code> and go on: Ctrl Space offers what is possible.
            </Hint>
          ) : (
            <Verdict
              plan={refusal === null ? plan.data : undefined}
              refusal={refusal}
              written={{ manifest: draft, file, isPlanned: settled === draft && !plan.isFetching }}
            />
          )}
        </Stack>
      </div>
    </Page>
  );
}

interface VerdictProps {
  readonly plan: PlanAnswer | undefined;
  readonly refusal: ApiError | null;
  readonly written: Written;
}

/** What is wrong with what is written, or what it would cost. */
function Verdict({ plan, refusal, written }: VerdictProps) {
  if (refusal !== null) return <Problems error={refusal} />;
  if (plan === undefined) return <Loading rows={5} />;
  return (
    <>
      {plan.warnings.map(({ problem, line }) => (
        <Caution key={`${line ?? ''}${problem}`}>
          {line !== null && `Line ${line}: `}
          {problem}
        </Caution>
      ))}
      <Bill plan={plan} />
      <SubmitButton plan={plan} written={written} />
      <Suspense>
        <RevisionDifference experiment={plan.experiment} manifest={written.manifest} />
      </Suspense>
    </>
  );
}

function Start() {
  const { template, experiment } = route.useSearch();
  const navigate = route.useNavigate();
  const templates = useQuery(templatesQuery);
  return (
    <Group align="flex-end" gap="sm">
      <Select
        label="Template"
        description="The questions of the paper"
        placeholder="Choose one"
        searchable
        w={420}
        maw="100%"
        data={(templates.data?.items ?? []).map(({ name, question }) => ({
          value: name,
          label: `${name}: ${question}`,
        }))}
        value={template ?? null}
        onChange={(name) => void navigate({ search: { template: name ?? undefined } })}
      />
      {experiment !== undefined && (
        <Button variant="default" onClick={() => void navigate({ search: {} })}>
          Changing {experiment}: leave its manifest
        </Button>
      )}
    </Group>
  );
}
