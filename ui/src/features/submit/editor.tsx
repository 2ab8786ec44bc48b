import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Place } from '../../lib/api.ts';
import { keysAt, valuesAt, type JsonSchema } from './json-schema.ts';
import { yamlPlace } from './yaml-place.ts';

interface Props {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly places: readonly Place[];
  readonly warnings: readonly Place[];
  readonly schema: JsonSchema | undefined;
}

/** The manifest, with completion from its schema and every mistake where it is. Escape, then Tab leaves it. */
export function Editor({ value, onChange, places, warnings, schema }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ onChange, schema });
  latest.current = { onChange, schema };
  useEffect(() => {
    if (place.current === null) return;
    const editor = new EditorView({ parent: place.current, state: stateOf('', () => latest.current) });
    view.current = editor;
    return () => editor.destroy();
  }, []);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const marks = [
      ...places.map((one) => diagnosticOf(one, editor.state.doc, 'error')),
      ...warnings.map((one) => diagnosticOf(one, editor.state.doc, 'warning')),
    ];
    editor.dispatch(setDiagnostics(editor.state, marks));
  }, [places, warnings, value]);
  return <div ref={place} className="editor" />;
}

interface Latest {
  readonly onChange: (text: string) => void;
  readonly schema: JsonSchema | undefined;
}

function stateOf(doc: string, latest: () => Latest): EditorState {
  return EditorState.create({
    doc,
    extensions: [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      indentUnit.of('  '),
      yaml(),
      syntaxHighlighting(HIGHLIGHT),
      autocompletion({ override: [(context) => complete(context, latest().schema)], activateOnTyping: true }),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, indentWithTab]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Manifest in YAML. Escape, then Tab leaves the editor.' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest().onChange(update.state.doc.toString());
      }),
    ],
  });
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: 'var(--accent)', fontWeight: '560' },
  { tag: tags.comment, color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--worse)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--better)' },
]);

function complete(context: CompletionContext, schema: JsonSchema | undefined): CompletionResult | null {
  if (schema === undefined) return null;
  const lines = context.state.sliceDoc(0, context.pos).split('\n');
  const { path, isValue, word, from } = yamlPlace(lines);
  if (word === '' && !context.explicit) return null;
  const offers = isValue ? valuesAt(schema, path) : keysAt(schema, path);
  if (offers.length === 0) return null;
  return {
    from: context.pos - (lines.at(-1)?.length ?? 0) + from,
    validFor: /^[\w.@-]*$/,
    options: offers.map(({ label, detail, info, isSection }) => ({
      label,
      detail,
      ...(info === '' ? {} : { info }),
      type: isValue ? 'enum' : 'property',
      apply: isValue ? label : isSection ? `${label}:` : `${label}: `,
    })),
  };
}

function diagnosticOf(
  { line, column, path, problem, allowed, suggestion }: Place,
  doc: Text,
  severity: 'error' | 'warning',
): Diagnostic {
  const row = doc.line(Math.min(doc.lines, Math.max(1, line ?? 1)));
  const from = Math.min(row.to, row.from + Math.max(0, (column ?? 1) - 1));
  const end = /^[^\s,}\]]+/.exec(doc.sliceString(from, row.to))?.[0].length ?? 0;
  const said = [
    path === null ? '' : `${path}: `,
    problem,
    suggestion === null ? '' : ` Did you mean ${suggestion}?`,
    allowed === null ? '' : ` Allowed: ${allowed}.`,
  ];
  return { from, to: Math.max(from, from + end), severity, message: said.join('') };
}
