import { readAll } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { textOf } from '../../text'
import { CommandError } from '../command'
import { lookFor } from '../files/look'
import { quoteIfNeeded } from '../text/quotes'
import { complain, textTool, type Tool } from '../text/tool'
import { splitLines, type DiffText } from './diff-text'
import { blocksOf3 } from './diff3-blocks'
import { printCommands, printMerged, printPlaces, type Print3 } from './diff3-print'

const KINDS = ['show-all', 'ed', 'show-overlap', 'easy-only', 'overlap-only', 'bracket-overlap'] as const

function bad(message: string): never {
  throw new CommandError(`${message}\ndiff3: Try 'diff3 --help' for more information.`, 2)
}

const EMPTY: DiffText = { lines: [], isUnended: false }

function isFlowing({ call }: Tool, name: string): boolean {
  const type = name === '-' ? undefined : lookFor(call, name)?.type
  return type === 'pipe' || type === 'device'
}

async function textAt({ call, options }: Tool, name: string): Promise<DiffText> {
  try {
    const bytes = await readAll(name === '-' ? call.stdin : call.open(name))
    if (!options.has('text') && bytes.subarray(0, 4096).includes(0)) throw new CommandError(`diff failed: Binary file ${name}`, 2)
    const text = textOf(bytes)
    return splitLines(options.has('strip-cr') ? text.replaceAll('\r\n', '\n') : text)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(name)}: ${errnoText(thrown)}`, 2)
    throw thrown
  }
}

/** Checks the words of the command line. Gives what kind of script is wanted. */
function kindOf({ options, operands }: Tool): (typeof KINDS)[number] | undefined {
  const kinds = options.found.flatMap(({ key }) => KINDS.find((kind) => kind === key) ?? [])
  const isMerge = options.has('merge')
  const labels = options.values('label')
  if (labels.length > 3) throw new CommandError('too many file label options', 2)
  const [kind] = kinds
  const hasBrackets = kind === undefined ? isMerge : /^(show-all|show-overlap)$/.test(kind)
  if (kinds.length > 1 || (options.has('final') && isMerge) || (labels.length > 0 && !hasBrackets)) bad('incompatible options')
  if (operands.length < 3) bad(operands.length === 0 ? "missing operand after 'diff3'" : `missing operand after '${operands.at(-1) ?? ''}'`)
  if (operands.length > 3) bad(`extra operand '${operands[3] ?? ''}'`)
  if (operands.filter((name) => name === '-').length > 1) throw new CommandError("'-' specified for more than one input file", 2)
  return kind
}

async function diff3(tool: Tool): Promise<number> {
  const { options, operands, out, call } = tool
  const kind = kindOf(tool)
  const isMerge = options.has('merge')
  const [mine = '', older = '', yours = ''] = operands
  const texts = [await textAt(tool, mine), await textAt(tool, older), await textAt(tool, yours)] as const
  // People are shown what is other than yours, a script starts from the older file; standard input is never what others are compared with.
  const isByOlder = isMerge || kind !== undefined ? older !== '-' : yours === '-'
  const [common, commonName] = isByOlder ? [texts[1], older] : [texts[2], yours]
  // Every file is read once more than it has comparisons, and a pipe is empty by then.
  const again = isFlowing(tool, commonName) ? EMPTY : common
  const blocks = blocksOf3([texts[0], isByOlder ? texts[2] : texts[1]], [again, common], () => call.tick())
  const labels = options.values('label')
  const how: Print3 = {
    mine: isFlowing(tool, mine) ? EMPTY : texts[0],
    labels: [labels[0] ?? mine, labels[1] ?? older, labels[2] ?? yours],
    places: isByOlder ? [0, 2, 1] : [0, 1, 2],
    blocks,
    hasTab: options.has('initial-tab'),
    showsOlder: kind === 'show-all' || (kind === undefined && isMerge),
    hasBrackets: kind === 'show-all' || kind === 'show-overlap' || (kind === undefined && isMerge),
    isOverlapOnly: kind === 'overlap-only' || kind === 'bracket-overlap',
    isEasyOnly: kind === 'easy-only',
    isFinal: options.has('final'),
  }
  if (!isMerge && kind === undefined) {
    out.putText(printPlaces(how))
    return 0
  }
  if (isMerge) {
    const { text, hasConflict, isShort } = printMerged(how)
    out.putText(text)
    if (isShort) throw new CommandError('input file shrank', 2)
    return hasConflict ? 1 : 0
  }
  const { text, hasConflict } = printCommands(how)
  out.putText(text)
  if (blocks.some(({ lines }) => lines[how.places[2]].text.some((line) => !line.endsWith('\n'))))
    await complain(tool, 'No newline at end of file')
  return hasConflict ? 1 : 0
}

/** Compares three files, and merges them. */
export const diff3Command = textTool({
  name: 'diff3',
  summary: 'shows where three files differ, or merges what two made of one',
  usage: '[OPTION]... MYFILE OLDFILE YOURFILE',
  agrees: 'GNU diffutils 3.8',
  shape: {
    usageCode: 2,
    options: [
      { key: 'show-all', short: 'A', long: ['show-all'] },
      { key: 'ed', short: 'e', long: ['ed'] },
      { key: 'show-overlap', short: 'E', long: ['show-overlap'] },
      { key: 'easy-only', short: '3', long: ['easy-only'] },
      { key: 'overlap-only', short: 'x', long: ['overlap-only'] },
      { key: 'bracket-overlap', short: 'X' },
      { key: 'final', short: 'i' },
      { key: 'merge', short: 'm', long: ['merge'] },
      { key: 'text', short: 'a', long: ['text'] },
      { key: 'strip-cr', long: ['strip-trailing-cr'] },
      { key: 'initial-tab', short: 'T', long: ['initial-tab'] },
      { key: 'diff-program', long: ['diff-program'], value: 'required', missing: true },
      { key: 'label', short: 'L', long: ['label'], value: 'required' },
      { key: '--version', short: 'v' },
    ],
  },
  run: diff3,
})
