import type { Rng } from '#science/random/stream.ts';

/** What an intent is called, and the words of titles by which its items can be known. */
export interface IntentWords {
  readonly name: string;
  readonly titleWords: readonly string[];
}

/** A category and the noun that stands in the titles of its items. */
export interface PlantedCategory {
  readonly name: string;
  readonly noun: string;
}

/** The words of an intent's name, and what titles say instead: for each word of a name the title words of its intent. */
export type Synonyms = Readonly<Record<string, readonly string[]>>;

/** Words of titles that belong to an intent. */
const WORDS_AN_INTENT = 6;

/** No two share a word, and none has a word that a title can have. */
const INTENT_NAMES = (
  'camping trip, home office, baby shower, wedding gift, marathon training, winter holiday, garden makeover, dinner party, ' +
  'campus start, pet adoption, yoga retreat, kids birthday, road journey, beach vacation, music practice, photo safari, ' +
  'coffee ritual, skincare routine, movie night, bike commute, book club, model railway, sewing project, board games'
).split(', ');
/** The most intents that have words; how many can be planted, their categories limit further. */
export const NAMED_INTENTS = INTENT_NAMES.length;

export const CATEGORIES: readonly PlantedCategory[] = (
  'Lamps lamp, Jackets jacket, Bottles bottle, Blankets blanket, Speakers speaker, Baskets basket, Mugs mug, Backpacks backpack, ' +
  'Clocks clock, Cushions cushion, Notebooks notebook, Brushes brush'
)
  .split(', ')
  .map((pair) => {
    const [name = '', noun = ''] = pair.split(' ');
    return { name, noun };
  });

/** 144 words that mean nothing by themselves: what they belong to is drawn. */
const TITLE_WORDS = (
  'acorn alder amber anchor aspen aurora basalt birch bramble bronze cedar chalk cinder clover cobalt copper coral crimson crystal cypress dahlia dapple delta ' +
  'desert dune ebony echo elder ember emerald falcon fern fjord flint fossil frost garnet glacier granite grove hazel heath heron ' +
  'hollow indigo iris island ivory jade jasper juniper kelp lagoon larch lark laurel lichen lilac linen lotus lunar lynx magma ' +
  'maple marble marsh meadow mesa mica mist moss nectar nimbus nova oasis obsidian ochre olive onyx opal orbit orchid osprey otter ' +
  'pearl pebble petal pine plum polar poppy prairie prism quarry quartz quill rapids raven reed ridge ripple robin russet sable ' +
  'saffron sage sandy sapphire scarlet sequoia shale sienna silver slate solar sorrel sparrow spruce steppe storm summit tansy tawny ' +
  'teal thicket thistle thorn thunder tidal timber topaz tundra umber valley velvet verdant vine violet walnut waterfall willow ' +
  'wisteria zenith zephyr'
).split(' ');

/** 60 words that belong to nothing. */
const NOISE_WORDS = (
  'advance angle basic bold bright brisk calm clear compact core crisp daily deluxe double easy edge elite essential extra fine ' +
  'firm first flex fresh fusion grand handy ideal large light logic lucid major matte mini modern motion neat new nimble noble ' +
  'plain plus prime pro pure quick ready royal sharp simple sleek smart smooth solid stable super swift tidy ultra'
).split(' ');

/** A share of the intent words of titles is replaced by words that say nothing. */
const REPLACED = 0.15;

/** Which title words belong to which intent is drawn: nothing but the table of synonyms says it. */
export function drawIntentWords(intents: number, rng: Rng): readonly IntentWords[] {
  const words = [...TITLE_WORDS];
  rng.shuffle(words);
  return Array.from({ length: intents }, (_, intent) => ({
    name: INTENT_NAMES[intent]!,
    titleWords: words.slice(intent * WORDS_AN_INTENT, (intent + 1) * WORDS_AN_INTENT),
  }));
}

/** Two words of the intent, each replaced with probability .15, the noun of the category, and a word that says nothing. */
export function drawTitle({ titleWords }: IntentWords, { noun }: PlantedCategory, rng: Rng): string {
  const first = rng.integer(titleWords.length);
  const second = (first + 1 + rng.integer(titleWords.length - 1)) % titleWords.length;
  const noise = (): string => NOISE_WORDS[rng.integer(NOISE_WORDS.length)]!;
  const told = [titleWords[first]!, titleWords[second]!].map((word) => (rng.uniform() < REPLACED ? noise() : word));
  return [...told, noun, noise()].join(' ');
}

export function synonymsOf(intents: readonly IntentWords[]): Synonyms {
  return Object.fromEntries(
    intents.flatMap(({ name, titleWords }) => name.split(' ').map((word) => [word, titleWords] as const)),
  );
}
