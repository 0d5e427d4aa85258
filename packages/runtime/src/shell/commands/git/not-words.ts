import { gitArgs } from './args'
import type { Git } from './git-call'
import { notImplemented } from './git-error'
import { refWords } from './ref-words'

const REFS = 'all branches? tags? remotes? glob= exclude='

/** Words in which `--not` is done: what stands behind it (up to the next one) is left out of the history. */
export function withNot(git: Git, words: readonly string[]): readonly string[] {
  const end = words.indexOf('--')
  const head = end < 0 ? words : words.slice(0, end)
  if (!head.includes('--not')) return words
  let isTurned = false
  const out = head.flatMap((word): string[] => {
    if (word === '--not') {
      isTurned = !isTurned
      return []
    }
    if (!isTurned) return [word]
    if (/^--(all|branches|tags|remotes|glob)(=|$)/.test(word)) return refWords(git, gitArgs([word], REFS)).map((oid) => `^${oid}`)
    if (word.startsWith('-')) return [word]
    if (word.includes('..')) return notImplemented('a range behind --not')
    return [word.startsWith('^') ? word.slice(1) : `^${word}`]
  })
  return [...out, ...(end < 0 ? [] : words.slice(end))]
}
