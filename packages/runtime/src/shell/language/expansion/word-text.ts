import { parse, type Word, type WordPart } from 'unbash'
import { braceExpanded } from './braces'

const words = new Map<string, readonly Word[]>()
const bodies = new Map<string, readonly WordPart[]>()
const CACHED = 1000
const END = 'END_OF_WORD_TEXT'

/** Parses text as the words of a command. Used where text becomes a word only while a script runs. */
export function wordsOf(text: string): readonly Word[] {
  const known = words.get(text)
  if (known !== undefined) return known
  if (words.size >= CACHED) words.clear()
  const command = parse(`: ${text}`).commands[0]?.command
  const found = command?.type === 'Command' ? command.suffix.flatMap((part) => (part.type === 'Word' ? [part] : [])) : []
  words.set(text, found)
  return found
}

const asQuoted = new WeakMap<readonly WordPart[], readonly WordPart[]>()

/** Parts of a here-document, of which the word of `${x:-word}` is read as in double quotes: single quotes in it are text. */
export function documentParts(parts: readonly WordPart[]): readonly WordPart[] {
  if (!parts.some((part) => part.type === 'ParameterExpansion' && part.operation?.type === 'Default')) return parts
  const known = asQuoted.get(parts)
  if (known !== undefined) return known
  const made = parts.flatMap((part): readonly WordPart[] => {
    if (part.type !== 'ParameterExpansion' || part.operation?.type !== 'Default') return [part]
    const [word, ...others] = wordsOf(`"${part.text}"`)
    const [quoted] = word?.parts ?? []
    return others.length === 0 && quoted?.type === 'DoubleQuoted' ? quoted.parts.map(withoutAnsi) : [part]
  })
  asQuoted.set(parts, made)
  return made
}

/** `$'…'` is nothing special in the word either. */
function withoutAnsi(part: WordPart): WordPart {
  if (part.type !== 'ParameterExpansion' || part.operation?.type !== 'Default') return part
  const { operand } = part.operation
  const parts = operand.parts?.map((one): WordPart => {
    if (one.type !== 'AnsiCQuoted') return one
    return { type: 'Literal', pos: one.pos, end: one.end, text: one.text, value: one.text }
  })
  return parts === undefined ? part : { ...part, operation: { ...part.operation, operand: { ...operand, parts } } }
}

const LITERAL: Pick<WordPart, 'pos' | 'end'> = { pos: 0, end: 0 }

/** Text of a here-document without the backslashes that make the next character an ordinary one. */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(?:\n|([$`\\]))/g, '$1') : text
}

/** Parses text as the inside of double quotes in which a double quote is an ordinary character. */
export function quotedPartsOf(text: string): readonly WordPart[] {
  if (!/[$`\\]/.test(text)) return [{ type: 'Literal', ...LITERAL, value: text, text }]
  const known = bodies.get(text)
  if (known !== undefined) return known
  if (bodies.size >= CACHED) bodies.clear()
  const command = parse(`<<${END}\n${text}\n${END}`).commands[0]?.command
  const [document] = command?.type === 'Command' ? command.prefix : []
  const body = document?.type === 'HereDoc' ? document.body : undefined
  const parts = body?.parts ?? [{ type: 'Literal' as const, ...LITERAL, value: `${unescaped(text)}\n`, text: `${text}\n` }]
  const made = withoutLastNewline(parts)
  bodies.set(text, made)
  return made
}

function withoutLastNewline(parts: readonly WordPart[]): readonly WordPart[] {
  const last = parts.at(-1)
  if (last?.type !== 'Literal' || !last.value.endsWith('\n')) return parts
  return [...parts.slice(0, -1), { ...last, value: last.value.slice(0, -1), text: last.text.slice(0, -1) }]
}

const TICK_WORDS = 1024

/** Nothing in it is special: there is no need to parse it. */
const PLAIN = /^[A-Za-z0-9_.,:/+@%-]+$/

function plainWord(text: string): Word {
  return { type: 'Word', text, value: text, pos: 0, end: text.length }
}

const braced = new WeakMap<Word, readonly Word[]>()

/** Words that touch are one, cut by the parser around a process substitution: `a<(b)c`. */
export function mended<T extends { readonly type: string; readonly pos: number; readonly end: number }>(
  words: readonly T[],
): readonly (T | Word)[] {
  if (!words.some((word, i) => i > 0 && words[i - 1]?.end === word.pos)) return words
  const out: (T | Word)[] = []
  for (const word of words) {
    const last = out.at(-1)
    if (last === undefined || last.end !== word.pos || !isWord(last) || !isWord(word)) out.push(word)
    else {
      const parts = [...partsOf(last), ...partsOf(word)]
      out.splice(-1, 1, { type: 'Word', text: last.text + word.text, value: last.value + word.value, pos: last.pos, end: word.end, parts })
    }
  }
  return out
}

function isWord(node: { readonly type: string }): node is Word {
  return node.type === 'Word'
}

function partsOf(word: Word): readonly WordPart[] {
  return word.parts ?? [{ type: 'Literal', pos: word.pos, end: word.end, text: word.text, value: word.value }]
}

/** A word after its braces were expanded. @param tick asked now and then */
export function bracesOf(word: Word, tick: () => void): readonly Word[] {
  if (!word.text.includes('{') || word.parts?.some((part) => part.type === 'BraceExpansion') !== true) return [word]
  const known = braced.get(word)
  if (known !== undefined) return known
  const texts = braceExpanded(word.text)
  const [only] = texts
  const made =
    texts.length === 1 && only === word.text
      ? [word]
      : texts.flatMap((text, i) => {
          if (i % TICK_WORDS === 0) tick()
          if (text === '') return []
          return PLAIN.test(text) ? [plainWord(text)] : wordsOf(text)
        })
  braced.set(word, made)
  return made
}
