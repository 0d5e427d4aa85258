import { locale, t, type Phrase } from '../language'

/** A stretch of text as it can be trusted to look: plain, or a character, or a run of one, that would not show as what it is. */
export type VisiblePart =
  | { readonly type: 'plain'; readonly text: string }
  | { readonly type: 'escape'; readonly text: string; readonly name: string }

/*
 * Everything that is drawn as nothing, as a plain space, or that changes how its neighbours are drawn: control and format
 * characters (bidi overrides, zero-width, tags), line and paragraph separators, spaces that are not U+0020, variation
 * selectors, fillers that fonts leave blank, and halves of a surrogate pair. Line breaks stay line breaks. So many spaces or line breaks
 * in a row that what follows is pushed out of sight are counted instead.
 */
const DECEPTIVE = / {41,}|\n{9,}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

const NAMES: Readonly<Record<number, Phrase>> = {
  0x00: 'null',
  0x09: 'tab',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0xa0: 'no-break space',
  0xad: 'soft hyphen',
  0x200b: 'zero-width space',
  0x200c: 'zero-width non-joiner',
  0x200d: 'zero-width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'end of direction change',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'end of isolate',
  0xfeff: 'zero-width no-break space',
}

/** Splits text so that every deceptive character stands as a visible escape: nothing of it is left out without a word. */
export function visibleText(text: string): readonly VisiblePart[] {
  const parts: VisiblePart[] = []
  let end = 0
  for (const match of text.matchAll(DECEPTIVE)) {
    const [char] = match
    if (char === '\n') continue
    if (match.index > end) parts.push({ type: 'plain', text: text.slice(end, match.index) })
    const code = char.codePointAt(0) ?? 0
    if (char.length > 8 && (char[0] === ' ' || char[0] === '\n')) {
      parts.push(runOf(char))
      end = match.index + char.length
      continue
    }
    parts.push({
      type: 'escape',
      text: `\\u{${code.toString(16).toUpperCase().padStart(4, '0')}}`,
      name: t(NAMES[code] ?? 'invisible character'),
    })
    end = match.index + char.length
  }
  if (end < text.length) parts.push({ type: 'plain', text: text.slice(end) })
  return parts
}

function runOf(run: string): VisiblePart {
  const n = run.length.toLocaleString(locale())
  if (run.startsWith(' ')) return { type: 'escape', text: t('[{n} spaces]', { n }), name: t('{n} spaces', { n }) }
  return { type: 'escape', text: `${t('[{n} line breaks]', { n })}\n`, name: t('{n} line breaks', { n }) }
}

/** For a name, where nothing can be marked. */
export function spelledText(text: string): string {
  return visibleText(text)
    .map((part) => part.text)
    .join('')
}
