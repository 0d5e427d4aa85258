import { endedLine, type DiffText } from './diff-text'
import type { Block3, Lines, Odd } from './diff3-blocks'

/** How what differs in three files is written: mine, the older one, yours. */
export interface Print3 {
  /** What is there of mine when it is merged. */
  readonly mine: DiffText
  readonly labels: readonly [string, string, string]
  /** Place of each file in a block. */
  readonly places: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2]
  readonly blocks: readonly Block3[]
  readonly hasTab: boolean
  /** Conflicts show the older file as well, and so does what both changed alike. */
  readonly showsOlder: boolean
  /** Conflicts are put in brackets. */
  readonly hasBrackets: boolean
  readonly isOverlapOnly: boolean
  readonly isEasyOnly: boolean
  /** Ends with commands that write the file. */
  readonly isFinal: boolean
}

type File = 0 | 1 | 2

function linesIn({ places }: Print3, block: Block3, file: File): Lines {
  return block.lines[places[file]]
}

/** Which of mine, older and yours it is that differs. */
function oddIn({ places }: Print3, { odd }: Block3): Odd {
  if (odd === 'all') return odd
  return ([0, 1, 2] as const).find((file) => places[file] === odd) ?? 'all'
}

function textOf(how: Print3, block: Block3, file: File): readonly string[] {
  return linesIn(how, block, file).text
}

function place({ first, last }: Pick<Lines, 'first' | 'last'>): string {
  if (first - last === 1) return `${first - 1}a`
  return first === last ? `${first}c` : `${first},${last}c`
}

/** For people: each place, and what stands there. */
export function printPlaces(how: Print3): string {
  let out = ''
  for (const block of how.blocks) {
    const odd = oddIn(how, block)
    out += `====${odd === 'all' ? '' : odd + 1}\n`
    const quiet = odd === 'all' ? undefined : odd === 0 ? 1 : 0
    for (const file of odd === 1 ? ([0, 2, 1] as const) : ([0, 1, 2] as const)) {
      out += `${file + 1}:${place(linesIn(how, block, file))}\n`
      const lines = file === quiet ? [] : textOf(how, block, file)
      out += lines.map((line) => (how.hasTab ? '\t' : '  ') + line).join('')
      if (lines.length > 0 && !lines.at(-1)?.endsWith('\n')) out += '\n\\ No newline at end of file\n'
    }
  }
  return out
}

/** Blocks that count, and whether each is a conflict to be shown. */
function wanted(how: Print3): readonly { readonly block: Block3; readonly odd: Odd; readonly isConflict: boolean }[] {
  return how.blocks.flatMap((block) => {
    const odd = oddIn(how, block)
    if (odd === 0 || (odd === 1 && !how.showsOlder) || (odd === 2 && how.isOverlapOnly) || (odd === 'all' && how.isEasyOnly)) return []
    return [{ block, odd, isConflict: odd === 1 || (odd === 'all' && how.hasBrackets) }]
  })
}

/** Lines for ed, where a dot alone would end them: a dot in front gets another. */
function dotted(lines: readonly string[]): { readonly text: string; readonly hasDots: boolean } {
  const hasDots = lines.some((line) => line.startsWith('.'))
  const text = lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('')
  return { text: text === '' || text.endsWith('\n') ? text : `${text}\n`, hasDots }
}

function ended(hasDots: boolean, start: number, count: number): string {
  const range = count === 1 ? `${start}` : `${start},${start + count - 1}`
  return `.\n${hasDots ? `${range}s/^\\.//\n` : ''}`
}

function conflictCommands(how: Print3, block: Block3, odd: Odd): string {
  const [mine, older, yours] = [linesIn(how, block, 0), dotted(textOf(how, block, 1)), dotted(textOf(how, block, 2))]
  const counts = [textOf(how, block, 1).length, textOf(how, block, 2).length] as const
  let out = `${mine.last}a\n`
  let hasDots = false
  if (odd === 'all') {
    if (how.showsOlder) out += `||||||| ${how.labels[1]}\n${older.text}`
    hasDots = (how.showsOlder && older.hasDots) || yours.hasDots
    out += `=======\n${yours.text}`
  }
  out += `>>>>>>> ${how.labels[2]}\n${ended(hasDots, mine.last + 2, counts[0] + counts[1] + 1)}`
  out += `${mine.first - 1}a\n<<<<<<< ${odd === 'all' ? how.labels[0] : how.labels[1]}\n`
  if (odd === 1) out += `${older.text}=======\n`
  return out + ended(odd === 1 && older.hasDots, mine.first + 1, counts[0])
}

/** Commands for ed that bring into mine what yours made of the older file. */
export function printCommands(how: Print3): { readonly text: string; readonly hasConflict: boolean } {
  let text = ''
  let hasConflict = false
  for (const { block, odd, isConflict } of wanted(how).toReversed()) {
    const mine = linesIn(how, block, 0)
    const yours = textOf(how, block, 2)
    hasConflict ||= isConflict
    if (isConflict) text += conflictCommands(how, block, odd)
    else if (yours.length === 0) text += mine.first === mine.last ? `${mine.first}d\n` : `${mine.first},${mine.last}d\n`
    else {
      const lines = dotted(yours)
      text += `${place(mine)}\n${lines.text}${ended(lines.hasDots, mine.first, yours.length)}`
    }
  }
  return { text: text + (how.isFinal ? 'w\nq\n' : ''), hasConflict }
}

/** Mine with what yours made of the older file. It may have become shorter since it was compared. */
export function printMerged(how: Print3): { readonly text: string; readonly hasConflict: boolean; readonly isShort: boolean } {
  const out: string[] = []
  const { mine } = how
  let read = 0
  let hasConflict = false
  const copy = (end: number): void => {
    for (; read < end && read < mine.lines.length; read++) out.push(endedLine(mine, read))
  }
  for (const { block, odd, isConflict } of wanted(how)) {
    const own = linesIn(how, block, 0)
    copy(own.first - 1)
    if (read < own.first - 1) return { text: out.join(''), hasConflict, isShort: true }
    hasConflict ||= isConflict
    if (isConflict) {
      if (odd === 'all') out.push(`<<<<<<< ${how.labels[0]}\n`, ...textOf(how, block, 0))
      if (how.showsOlder) out.push(`${odd === 'all' ? '|||||||' : '<<<<<<<'} ${how.labels[1]}\n`, ...textOf(how, block, 1))
      out.push('=======\n')
    }
    out.push(...textOf(how, block, 2))
    if (isConflict) out.push(`>>>>>>> ${how.labels[2]}\n`)
    read += Math.max(0, own.last - own.first + 1)
    if (read > mine.lines.length) return { text: out.join(''), hasConflict, isShort: true }
  }
  copy(mine.lines.length)
  return { text: out.join(''), hasConflict, isShort: false }
}
