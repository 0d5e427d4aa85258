import { CommandError, NotImplemented } from '../../command'

/** What unzip is to do, as its words say it. */
export interface UnzipWords {
  readonly letters: readonly string[]
  readonly archive: string | undefined
  readonly members: readonly string[]
  readonly excluded: readonly string[]
  readonly folder: string | undefined
}

const KNOWN = 'pltfuvzcnojqCLUXKVDaMTZ12hsmW'
const MISSING: Readonly<Record<string, string>> = { a: '-a', T: '-T', P: '-P', U: '', M: '-M', V: '' }

/** Reads words as unzip does: letters, the archive, members, `-x` and `-d` behind them. @throws CommandError, NotImplemented */
export function unzipWords(args: readonly string[]): UnzipWords {
  const letters: string[] = []
  const members: string[] = []
  const excluded: string[] = []
  let archive: string | undefined
  let folder: string | undefined
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const isOption = word.startsWith('-') && word !== '-' && (archive === undefined || /^-[xd]/.test(word) || /^-[a-zA-Z:^]+$/.test(word))
    if (isOption && word.startsWith('-x') && archive !== undefined) excluded.push(...excludedBy(word, rest))
    else if (isOption) folder = cluster(word.slice(1), letters, rest) ?? folder
    else if (archive === undefined) archive = word
    else members.push(word)
  }
  return { letters, archive, members, excluded, folder }
}

/** All that stands behind `-x`, up to `-d`. */
function excludedBy(word: string, rest: string[]): readonly string[] {
  const own = word.length > 2 ? [word.slice(2)] : []
  const end = rest.findIndex((one) => one.startsWith('-d'))
  return [...own, ...rest.splice(0, end < 0 ? rest.length : end)]
}

/** Letters after a dash; a `d` among them takes what stands behind it as its folder. */
function cluster(word: string, letters: string[], rest: string[]): string | undefined {
  for (const [i, letter] of [...word].entries()) {
    if (letter === 'd') return word.slice(i + 1) || rest.shift()
    const missing = MISSING[letter]
    if (missing !== undefined && missing !== '') throw new NotImplemented(`option ${missing}`)
    if (!KNOWN.includes(letter) && letter !== ':' && letter !== '^') throw new Usage()
    letters.push(letter)
  }
  return undefined
}

/** A command line that is none. */
export class Usage extends CommandError {
  constructor() {
    super('usage', 10)
  }
}
