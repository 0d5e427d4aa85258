import { filled } from './words'

/** No sentence of the runtime is longer; what is, is somebody's text, and is not searched by each pattern. */
const MOST_CHARS = 2000

interface Pattern {
  readonly sentence: RegExp
  readonly names: readonly string[]
  readonly translation: string
}

/**
 * Says in another language what the runtime said in English. What it does not know stays as it is.
 * @param sentences by their English text, with holes
 */
export function sayer(sentences: Readonly<Record<string, string>>): (text: string) => string {
  const whole = new Map(Object.entries(sentences))
  const patterns = Object.entries(sentences)
    .filter(([sentence]) => sentence.includes('{'))
    .map(([sentence, translation]) => patternOf(sentence, translation))

  const one = (text: string): string | undefined => whole.get(text) ?? byPattern(text)
  const byPattern = (text: string): string | undefined => {
    for (const { sentence, names, translation } of patterns) {
      const found = sentence.exec(text)
      if (found) return filled(translation, (name) => found[names.indexOf(name) + 1] ?? '').join('')
    }
    return undefined
  }
  return (text) => {
    if (text.length > MOST_CHARS) return text
    const parts = text.split(/(?<=[.?!]) (?=\p{Lu})/u)
    const each = parts.map(one)
    const known = whole.get(text) ?? (each.includes(undefined) ? byPattern(text) : each.join(''))
    if (known !== undefined) return known
    // Between sentences in Chinese nothing stands; next to an English one a space does.
    return parts.map((part, at) => each[at] ?? part).join(' ')
  }
}

function patternOf(sentence: string, translation: string): Pattern {
  const names: string[] = []
  const source = filled(sentence, (name) => {
    names.push(name)
    return undefined
  }).map((part) => (part === undefined ? String.raw`(\S(?:.*?\S)?)` : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)))
  return { sentence: new RegExp(`^${source.join('')}$`, 's'), names, translation }
}
