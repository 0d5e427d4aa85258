import type { Change } from './lines'
import { lineChanges } from './line-diff'

/** How changed words are shown. */
export interface WordStyle {
  readonly mode: 'plain' | 'color' | 'porcelain'
  /** What a word is; undefined: what stands between whitespace. */
  readonly pattern: RegExp | undefined
}

interface WordHunk {
  readonly a: readonly string[]
  readonly b: readonly string[]
  readonly changes: readonly Change[]
  readonly from: { readonly a: number; readonly b: number }
  readonly to: { readonly a: number; readonly b: number }
  readonly isColored: boolean
}

const OLD = '\x1b[31m'
const FRESH = '\x1b[32m'
const RESET = '\x1b[m'

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

function wordsOf(text: string, pattern: RegExp | undefined): Word[] {
  const expression = new RegExp(pattern?.source ?? '[^ \\t\\n\\v\\f\\r]+', 'gu')
  return [...text.matchAll(expression)].flatMap((match) =>
    match[0] === '' ? [] : [{ text: match[0], start: match.index, end: match.index + match[0].length }],
  )
}

/** The lines of a hunk with the words that changed marked. */
export function wordDiffHunk(hunk: WordHunk, style: WordStyle): string {
  let out = ''
  let at = hunk.from.b
  const context = (line: string): string => {
    const text = line.replace(/\n$/, '')
    const end = hunk.isColored ? RESET : ''
    return style.mode === 'porcelain' ? ` ${text}${end}\n~\n` : text === '' ? '\n' : `${text}${end}\n`
  }
  for (const change of hunk.changes) {
    for (; at < change.b0; at++) out += context(hunk.b[at] ?? '')
    out += changedWords(hunk.a.slice(change.a0, change.a1).join(''), hunk.b.slice(change.b0, change.b1).join(''), {
      ...style,
      isColored: hunk.isColored,
    })
    at = change.b1
  }
  for (; at < hunk.to.b; at++) out += context(hunk.b[at] ?? '')
  return out
}

interface Marking extends WordStyle {
  readonly isColored: boolean
}

function changedWords(old: string, fresh: string, style: Marking): string {
  const a = wordsOf(old, style.pattern)
  const b = wordsOf(fresh, style.pattern)
  const changes = lineChanges(
    a.map(({ text }) => text),
    b.map(({ text }) => text),
    { isIndented: false },
  )
  const writer = new WordWriter(style)
  let at = 0
  for (const { a0, a1, b0, b1 } of changes) {
    // Text that only moved along is told from the new side, up to where the change begins there.
    const start = b0 < b1 ? (b[b0]?.start ?? 0) : b0 > 0 ? (b[b0 - 1]?.end ?? 0) : 0
    const end = b0 < b1 ? (b[b1 - 1]?.end ?? 0) : start
    if (start > at) writer.put(fresh.slice(at, start), 'same')
    if (a0 < a1) writer.put(old.slice(a[a0]?.start ?? 0, a[a1 - 1]?.end ?? 0), 'old')
    if (b0 < b1) writer.put(fresh.slice(start, end), 'fresh')
    at = end
  }
  if (at < fresh.length) writer.put(fresh.slice(at), 'same')
  return writer.end()
}

class WordWriter {
  readonly #style: Marking
  #out = ''

  constructor(style: Marking) {
    this.#style = style
  }

  put(text: string, kind: 'same' | 'old' | 'fresh'): void {
    const parts = text.split('\n')
    for (const [i, part] of parts.entries()) {
      if (i > 0) this.#out += this.#style.mode === 'porcelain' ? '~\n' : '\n'
      if (part !== '') this.#out += this.#marked(part, kind)
    }
  }

  #marked(text: string, kind: 'same' | 'old' | 'fresh'): string {
    const { mode, isColored } = this.#style
    const told = mode === 'plain' && kind !== 'same' ? (kind === 'old' ? `[-${text}-]` : `{+${text}+}`) : text
    const signed = mode === 'porcelain' ? `${kind === 'same' ? ' ' : kind === 'old' ? '-' : '+'}${told}` : told
    // The line end of a line of its own has its colour too.
    const line = mode === 'porcelain' ? `${signed}\n` : signed
    return isColored && kind !== 'same' ? `${kind === 'old' ? OLD : FRESH}${line}${RESET}` : line
  }

  end(): string {
    return this.#out === '' || this.#out.endsWith('\n') ? this.#out : `${this.#out}\n`
  }
}
