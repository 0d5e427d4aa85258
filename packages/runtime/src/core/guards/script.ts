/** Scripts by which a language is told from another; of those that share one nothing is said. */
const SCRIPTS = [
  ['Latin', /\p{Script=Latin}/gu],
  ['Cyrillic', /\p{Script=Cyrillic}/gu],
  ['Greek', /\p{Script=Greek}/gu],
  ['Arabic', /\p{Script=Arabic}/gu],
  ['Hebrew', /\p{Script=Hebrew}/gu],
  ['Devanagari', /\p{Script=Devanagari}/gu],
  ['Thai', /\p{Script=Thai}/gu],
  ['Hangul', /\p{Script=Hangul}/gu],
  ['kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['Han', /\p{Script=Han}/gu],
] as const

/** What most letters of a text are written in. */
export type ScriptName = (typeof SCRIPTS)[number][0]

/** Fewer letters say nothing about a language. */
const LEAST_LETTERS = 20
/** Names and terms of another script stand in every text. */
const MOST = 0.6
/** Japanese is written with Han and kana together. */
const KANA = 0.1

/** The script that a text is written in, code left out; undefined where there is too little of it, or no one script. */
export function scriptOf(text: string): ScriptName | undefined {
  const words = text.replaceAll(/```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+/g, ' ')
  const counts = new Map<ScriptName, number>(SCRIPTS.map(([name, shape]) => [name, words.match(shape)?.length ?? 0]))
  const count = (name: ScriptName): number => counts.get(name) ?? 0
  const total = [...counts.values()].reduce((sum, one) => sum + one, 0)
  if (total < LEAST_LETTERS) return undefined
  if (count('kana') / total > KANA) return 'kana'
  return SCRIPTS.map(([name]) => name).find((name) => count(name) / total >= MOST)
}

/** A word in letters of two alphabets that look alike: one that is not what it seems to be. */
export function mixedWord(text: string): string | undefined {
  for (const [word] of text.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{3,}/gu)) {
    const alphabets = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u].filter((shape) => shape.test(word))
    // One letter is a formula or a name: µm, β-carotene.
    if (alphabets.length > 1 && !/^[\p{Script=Greek}]?\p{Script=Latin}+[\p{Script=Greek}]?$/u.test(word)) return word
  }
  return undefined
}
