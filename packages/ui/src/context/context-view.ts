import type { WindowCounted, WindowPart, WindowPartName, WindowView } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { clock, count } from '../layout/figures'

const PART_NAMES: Readonly<Record<WindowPartName, Phrase>> = {
  tools: 'Tools',
  system: 'System prompt',
  instructions: 'Project instructions',
  summary: 'Summary of what came before',
  messages: 'Messages to the agent',
  thinking: 'Thinking',
  answers: 'What the agent said',
  calls: 'What it asked tools for',
  files: 'Files read',
  results: 'Results of other tools',
}

/** Name of a part as a person reads it. */
export function partName(name: WindowPartName): string {
  return t(PART_NAMES[name])
}

/** All parts together. */
export function totalOf({ parts }: Pick<WindowView, 'parts'>): number {
  return parts.reduce((sum, { tokens }) => sum + tokens, 0)
}

/** The largest first. */
export function bySize(parts: readonly WindowPart[]): readonly WindowPart[] {
  return parts.toSorted((a, b) => b.tokens - a.tokens)
}

/** `12%`, `<1%`: a share that is there is never nothing. */
export function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0%'
  const share = (100 * part) / whole
  return share < 1 ? '<1%' : `${Math.round(share)}%`
}

/** `8.1k tokens, 12% of the window; 6.0k from the cache`: a part for the ear, and for who points at it. */
export function partSentence({ tokens, cached }: Pick<WindowPart, 'tokens' | 'cached'>, whole: number): string {
  const from =
    cached < 1
      ? t('nothing from the cache')
      : cached > tokens - 1
        ? t('all from the cache')
        : t('{cached} from the cache', { cached: count(Math.round(cached)) })
  return t('about {tokens} tokens, {share} of the window, {from}', {
    tokens: count(Math.round(tokens)),
    share: percent(tokens, whole),
    from,
  })
}

/** What the newest request was, line by line. */
export function countedLines({ cacheRead, cacheWrite, input, output }: WindowCounted): readonly (readonly [name: string, value: string])[] {
  return [
    [t('Read from the cache'), count(cacheRead)],
    [t('Written to the cache'), count(cacheWrite)],
    [t('Read without it'), count(input)],
    [t('Answered'), count(output)],
  ]
}

/** Who counted, and what is worked out. */
export function sourceSentence(counted: WindowCounted | undefined, now: number): string {
  return counted
    ? t(
        'The sum is what the provider counted for the answer of {at} ({model}). How much of it each part is follows from the length of its text, so each part is an estimate.',
        { at: clock(counted.at, now), model: counted.model },
      )
    : t('The provider has not counted this window yet: every figure here is an estimate from the length of the text.')
}
