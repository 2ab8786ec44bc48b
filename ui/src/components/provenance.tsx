import { Tooltip } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';

interface Props {
  readonly simulated?: boolean | undefined;
  readonly synthetic?: boolean | undefined;
}

const SIMULATED =
  'The language model is simulated by rules: these numbers show the machinery and say nothing about any language model.';
const SYNTHETIC = 'The sessions were generated with planted intents: these numbers say nothing about people.';

/** Stands wherever numbers are shown that rest on a simulated language model or on synthetic data. */
export function Provenance({ simulated = false, synthetic = false }: Props) {
  return (
    <>
      {simulated && <Mark word="Simulated LLM" why={SIMULATED} />}
      {synthetic && <Mark word="Synthetic data" why={SYNTHETIC} />}
    </>
  );
}

function Mark({ word, why }: { readonly word: string; readonly why: string }) {
  return (
    <Tooltip label={why} multiline w={280} withArrow events={{ hover: true, focus: true, touch: true }}>
      <span className="label" data-tone="caution" tabIndex={0} role="note" aria-label={`${word}. ${why}`}>
        <IconFlask size={12} aria-hidden />
        {word}
      </span>
    </Tooltip>
  );
}
