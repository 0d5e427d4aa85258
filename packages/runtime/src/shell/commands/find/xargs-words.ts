import { lines, type Input } from '../../streams/stream'
import { CommandError } from '../command'

/** One word that was read. */
export interface ReadWord {
  readonly text: string
  /** It is the last one of its line; a blank behind it joins the next line to it. */
  readonly endsLine: boolean
}

interface ReadHow {
  /** A word is a line without the blanks before it: -I. */
  readonly byLine: boolean
  /** The word that ends the input. */
  readonly end: string | undefined
  tick(): void
  /** Is told of a NUL: what follows it in a word is lost. */
  nul(): Promise<void>
}

// A space or a tab ends a word; other blanks are left out before a word and belong to it elsewhere.
const PIECE = /'([^']*)'|"([^"]*)"|\\([\s\S])|([ \t][ \t\v\f\r]*)|([^'"\\ \t]+)|(['"\\])/g
const LEAD = /^[ \t\v\f\r]+/

/** A word for a program: it ends where a NUL is. */
export function beforeNul(word: string): string {
  const at = word.indexOf('\0')
  return at < 0 ? word : word.slice(0, at)
}

/** Words as xargs splits them: at blanks and newlines, with quotes and backslashes. @throws CommandError for a quote without end */
export async function* readWords(input: Input, how: ReadHow): AsyncGenerator<ReadWord, void> {
  let carried = ''
  for await (const { text: line, isEnded } of lines(input)) {
    how.tick()
    if (line.includes('\0')) await how.nul()
    const text = carried + line
    // A backslash before the newline takes the newline into the word.
    if (isEnded && /(?:^|[^\\])(?:\\\\)*\\$/.test(text)) {
      carried = `${text}\n`
      continue
    }
    carried = ''
    const { words, flaw } = how.byLine ? { words: wholeLine(text), flaw: undefined } : wordsOf(text)
    for (const [i, word] of words.entries()) {
      if (how.end !== undefined && how.end !== '' && word === how.end) return
      yield { text: word, endsLine: flaw === undefined && i === words.length - 1 && !(/[ \t]$/.test(text) && isEnded) }
    }
    if (flaw !== undefined) unmatched(flaw)
  }
  if (carried !== '') for (const word of how.byLine ? wholeLine(carried) : wordsOf(carried).words) yield { text: word, endsLine: true }
}

function unmatched(quote: string): never {
  const kind = quote === '"' ? 'double' : 'single'
  throw new CommandError(`unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`)
}

/** Words up to a quote that has no end. */
function wordsOf(text: string): { readonly words: readonly string[]; readonly flaw: string | undefined } {
  const words: string[] = []
  let word: string | undefined
  for (const [, single, double, escaped, blank, bare, odd] of text.replace(LEAD, '').matchAll(PIECE)) {
    if (odd !== undefined && odd !== '\\') return { words, flaw: odd }
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double ?? escaped ?? bare ?? '')
      continue
    }
    if (word !== undefined) words.push(word)
    word = undefined
  }
  if (word !== undefined) words.push(word)
  return { words, flaw: undefined }
}

function wholeLine(text: string): string[] {
  let word = ''
  let isQuoted = false
  for (const [, single, double, escaped, blank, bare, odd] of text.replace(LEAD, '').matchAll(PIECE)) {
    if (odd !== undefined && odd !== '\\') unmatched(odd)
    isQuoted ||= single !== undefined || double !== undefined
    word += single ?? double ?? escaped ?? blank ?? bare ?? ''
  }
  return word === '' && !isQuoted ? [] : [word]
}
