import { ActionIcon, Group, Menu, Skeleton, Title, useComputedColorScheme } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { PlotOptions } from '@observablehq/plot';
import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { csvOf, download, type Cell } from '../lib/csv.ts';

/** What a drawing needs to know of the page. Colours are those of the scheme that is shown. */
export interface Look {
  /** Pixels. */
  readonly width: number;
  readonly isDark: boolean;
}

/** A chart is a function from data to the description of a plot. */
export type Draw<Data> = (data: Data, look: Look) => PlotOptions;

interface Props<Data> {
  /** Of the files that are exported. */
  readonly name: string;
  readonly title: string;
  readonly note?: ReactNode;
  /** Said to those who do not see it. */
  readonly summary: string;
  readonly data: Data;
  /** Loads the drawing when the chart is shown, and the plotting library with it. */
  readonly load: () => Promise<{ readonly draw: Draw<Data> }>;
  readonly csv?: () => { readonly header: readonly string[]; readonly rows: readonly (readonly Cell[])[] };
  readonly height?: number;
  readonly actions?: ReactNode;
}

/** Title, drawing, and the drawing as SVG or PNG and its data as CSV. */
export function Chart<Data>({ name, title, note, summary, data, load, csv, height = 320, actions }: Props<Data>) {
  const isDark = useComputedColorScheme('light') === 'dark';
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [problem, setProblem] = useState<string | null>(null);
  const [isDrawn, setIsDrawn] = useState(false);
  const followLink = useLinksInside();
  useEffect(() => {
    let isCurrent = true;
    if (width === 0) return;
    drawing(load, data, { width, isDark }).then(
      (element) => {
        if (!isCurrent) return;
        place.current?.replaceChildren(element);
        setIsDrawn(true);
      },
      (error: unknown) => isCurrent && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [load, data, width, isDark]);
  return (
    <figure className="card" style={{ margin: 0, padding: 16 }} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={8}>
        <figcaption style={{ minWidth: 0 }}>
          <Title order={3}>{title}</Title>
          {note !== undefined && (
            <div className="muted" style={{ fontSize: 12.5 }}>
              {note}
            </div>
          )}
        </figcaption>
        <Group gap={6} wrap="nowrap">
          {actions}
          <Exports name={name} csv={csv} svg={() => place.current?.querySelector('svg') ?? null} />
        </Group>
      </Group>
      {problem !== null && <div role="alert">This chart could not be drawn: {problem}</div>}
      {!isDrawn && problem === null && <Skeleton height={height} radius="sm" />}
      <div ref={place} className="plot" role="group" aria-label={summary} onClick={followLink} />
    </figure>
  );
}

async function drawing<Data>(load: Props<Data>['load'], data: Data, look: Look): Promise<Element> {
  const [{ plot }, { draw }] = await Promise.all([import('@observablehq/plot'), load()]);
  const drawn = plot(draw(data, look));
  // The whole drawing is said in one sentence; the names of its layers would only be in the way.
  for (const layer of drawn.querySelectorAll('g[aria-label]')) layer.removeAttribute('aria-label');
  for (const link of drawn.querySelectorAll('a')) nameLink(link);
  return drawn;
}

/** What a mark says of itself is the name of the link around it. */
function nameLink(link: Element): void {
  const mark = link.firstElementChild;
  link.setAttribute('aria-label', mark?.getAttribute('aria-label') ?? 'Where it comes from');
  mark?.removeAttribute('aria-label');
}

function useWidth(place: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

/** Links inside a drawing lead through the router, not through a new load of the page. */
function useLinksInside(): (event: MouseEvent) => void {
  const navigate = useNavigate();
  return (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const to = link?.getAttribute('href') ?? link?.getAttribute('xlink:href');
    if (to === null || to === undefined || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    void navigate({ to });
  };
}

interface ExportsProps {
  readonly name: string;
  readonly csv: Props<unknown>['csv'];
  readonly svg: () => SVGSVGElement | null;
}

function Exports({ name, csv, svg }: ExportsProps) {
  const withSvg = (use: (element: SVGSVGElement) => void) => () => {
    const element = svg();
    if (element !== null) use(element);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Export ${name}`}>
          <IconDownload size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={withSvg((element) => download(`${name}.svg`, standalone(element), 'image/svg+xml'))}>
          Picture as SVG
        </Menu.Item>
        <Menu.Item onClick={withSvg((element) => void pngOf(element).then((blob) => download(`${name}.png`, blob)))}>
          Picture as PNG
        </Menu.Item>
        {csv !== undefined && (
          <Menu.Item onClick={() => download(`${name}.csv`, csvOf(csv().header, csv().rows))}>Data as CSV</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const SHOWN = ['fill', 'stroke', 'color', 'font-family', 'font-size'] as const;

/** With the colours that the page gives by variables written out, for places that have none. */
function standalone(source: SVGSVGElement): string {
  const copy = source.cloneNode(true) as SVGSVGElement;
  const originals = [source, ...source.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
    const original = originals[index];
    if (original === undefined || !(element instanceof SVGElement)) return;
    const style = getComputedStyle(original);
    for (const property of SHOWN) element.style.setProperty(property, style.getPropertyValue(property));
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.style.setProperty('background', getComputedStyle(document.body).backgroundColor);
  return new XMLSerializer().serializeToString(copy);
}

/** At twice the size, for slides. */
async function pngOf(source: SVGSVGElement): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([standalone(source)], { type: 'image/svg+xml' }));
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = source.clientWidth * 2;
  canvas.height = source.clientHeight * 2;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('the browser made no picture')) : resolve(blob)));
  });
}
