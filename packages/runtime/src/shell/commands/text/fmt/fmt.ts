import { CommandError } from '../../command'
import { readLatin, latinWord } from '../latin'
import { curly, quoted } from '../quotes'
import { errnoText } from '../../../tree/errno-text'
import { eachInput, textTool, type Tool } from '../tool'
import { blanksAt, Paragraph, type Plan, type Prefix } from './paragraph'
import { pastBlanks, type Line } from './words'

function widthOf(text: string, what: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 2500)
    throw new CommandError(`invalid ${what}: ${curly(text)}${Number(text) > 2500 ? ': Numerical result out of range' : ''}`)
  return Number(text)
}

function planOf({ options }: Tool): Plan {
  const width = options.value('width')
  const goal = options.value('goal')
  const most = width === undefined ? undefined : widthOf(width, 'width')
  if (goal !== undefined) {
    const aim = widthOf(goal, 'width')
    if (most !== undefined && aim > most) throw new CommandError(`invalid width: ${curly(goal)}: Numerical result out of range`)
    return { ...looks(options), width: most ?? aim + 10, goal: aim }
  }
  const all = most ?? 75
  return { ...looks(options), width: all, goal: Math.floor((all * (2 * (100 - 7) + 1)) / 200) }
}

function looks(options: Tool['options']): Pick<Plan, 'prefix' | 'mode' | 'isUniform'> {
  const mode = options.has('split') ? 'split' : options.has('crown') ? 'crown' : options.has('tagged') ? 'tagged' : 'plain'
  return { prefix: latinWord(options.value('prefix') ?? ''), mode, isUniform: options.has('uniform') }
}

/** A line of a paragraph; undefined for one that is left as it is. */
function lineOf(raw: string, prefix: Prefix): Line | undefined {
  const start = pastBlanks(raw, 0)
  if (prefix.text === '') {
    return start.at === raw.length ? undefined : { indent: start.column, prefixIndent: 0, body: raw.slice(start.at) }
  }
  if (!raw.startsWith(prefix.text, start.at) || start.column < prefix.lead) return undefined
  const text = pastBlanks(raw, start.at + prefix.text.length, start.column + prefix.text.length)
  const isOurs = text.at < raw.length && text.column >= start.column + prefix.full
  return isOurs ? { indent: text.column, prefixIndent: start.column, body: raw.slice(text.at) } : undefined
}

/** A line that is left as it is, behind its blanks and the prefix. */
function copied(raw: string, prefix: Prefix, usesTabs: boolean): string {
  const start = pastBlanks(raw, 0)
  if (start.at === raw.length) return ''
  if (prefix.text === '') return blanksAt(0, start.column, usesTabs) + raw.slice(start.at)
  let same = 0
  while (same < prefix.text.length && raw.charAt(start.at + same) === prefix.text.charAt(same)) same += 1
  const rest =
    same === prefix.text.length
      ? pastBlanks(raw, start.at + same, start.column + same)
      : { at: start.at + same, column: start.column + same }
  const lead = blanksAt(0, start.column, usesTabs) + prefix.text.slice(0, same)
  if (rest.at === raw.length) return lead
  return lead + blanksAt(start.column + same, rest.column - start.column - same, usesTabs) + raw.slice(rest.at)
}

/** Where all lines but the first begin. */
function otherIndent(lines: readonly Line[], mode: Plan['mode'], last: number): number {
  const first = lines[0]?.indent ?? 0
  const second = lines[1]?.indent
  if (mode === 'crown') return second ?? first
  if (mode !== 'tagged') return first
  if (second !== undefined) return second
  // One line only: as in the last paragraph of several, but never the same as the first line.
  return last === first ? (first === 0 ? 3 : 0) : last
}

/** Lines that belong together: the same indentation, or what crown and tagged margins allow. */
function belongs(lines: readonly Line[], line: Line, mode: Plan['mode']): boolean {
  const [first, second] = lines
  if (first === undefined) return true
  if (mode === 'split' || first.prefixIndent !== line.prefixIndent) return false
  if (mode === 'plain') return line.indent === first.indent
  if (second !== undefined) return line.indent === second.indent
  return mode === 'crown' || line.indent !== first.indent
}

function formatted(text: string, plan: Plan): string {
  const out: string[] = []
  let lines: Line[] = []
  // Tabs are written once one was read.
  let usesTabs = false
  const bare = plan.prefix.replace(/^ +/, '')
  const prefix: Prefix = { text: bare.replace(/ +$/, ''), lead: plan.prefix.length - bare.length, full: bare.length }
  let other = 0
  const give = (): void => {
    if (lines.length === 0) return
    other = otherIndent(lines, plan.mode, other)
    out.push(new Paragraph(lines, plan, { prefix, usesTabs, other }).text)
    lines = []
  }
  for (const raw of text.replace(/\n$/, '').split('\n')) {
    const line = lineOf(raw, prefix)
    usesTabs ||= raw.slice(0, raw.length - (line?.body.length ?? raw.trimStart().length)).includes('\t')
    if (line === undefined) {
      give()
      out.push(`${copied(raw, prefix, usesTabs)}\n`)
      continue
    }
    if (!belongs(lines, line, plan.mode)) give()
    lines.push(line)
    usesTabs ||= raw.includes('\t')
  }
  give()
  return out.join('')
}

/** Fills paragraphs. */
export const fmtCommand = textTool({
  name: 'fmt',
  summary: 'fills and joins lines of paragraphs to a width',
  usage: '[-WIDTH] [OPTION]... [FILE]...',
  before: (args) => args.map((word, at) => (at === 0 && /^-\d+$/.test(word) ? `-w${word.slice(1)}` : word)),
  shape: {
    options: [
      { key: 'crown', short: 'c', long: ['crown-margin'] },
      { key: 'goal', short: 'g', long: ['goal'], value: 'required' },
      { key: 'prefix', short: 'p', long: ['prefix'], value: 'required' },
      { key: 'split', short: 's', long: ['split-only'] },
      { key: 'tagged', short: 't', long: ['tagged-paragraph'] },
      { key: 'uniform', short: 'u', long: ['uniform-spacing'] },
      { key: 'width', short: 'w', long: ['width'], value: 'required' },
    ],
  },
  run: (tool) => {
    const plan = planOf(tool)
    return eachInput(
      tool,
      async (input) => {
        const text = await readLatin(input)
        if (text !== '') tool.out.put(formatted(text, plan))
      },
      {
        words: (name, error) =>
          error.code === 'EISDIR' ? `read error: ${errnoText(error)}` : `cannot open ${quoted(name)} for reading: ${errnoText(error)}`,
      },
    )
  },
})
