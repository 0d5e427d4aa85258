import { CommandError, NotImplemented } from '../command'
import { textTool, type Tool } from '../text/tool'

/** What diff calls the options. */
const OF_DIFF: Readonly<Record<string, string>> = {
  case: '-i',
  'tab-expansion': '-E',
  'trailing-space': '-Z',
  'space-change': '-b',
  'all-space': '-w',
  'blank-lines': '-B',
  'ignore-matching': '-I',
  'strip-cr': '--strip-trailing-cr',
  text: '-a',
  width: '-W',
  'left-column': '--left-column',
  'suppress-common': '--suppress-common-lines',
  'expand-tabs': '-t',
  tabsize: '--tabsize',
  minimal: '-d',
}

async function sdiff({ call, options, operands }: Tool): Promise<number> {
  if (options.has('output')) throw new NotImplemented('option -o, which asks at a keyboard,')
  const bad = (message: string): never => {
    throw new CommandError(`${message}\nsdiff: Try 'sdiff --help' for more information.`, 2)
  }
  if (operands.length < 2) bad(`missing operand after '${operands[0] ?? 'sdiff'}'`)
  if (operands.length > 2) bad(`extra operand '${operands[2] ?? ''}'`)
  const words = options.found.flatMap(({ key, value }) => {
    const spelled = OF_DIFF[key]
    if (spelled === undefined) return []
    if (value === undefined) return [spelled]
    return spelled.startsWith('--') ? [`${spelled}=${value}`] : [spelled, value]
  })
  return call.exec(['diff', '--side-by-side', ...words, '--', ...operands])
}

/** Two files side by side. */
export const sdiffCommand = textTool({
  name: 'sdiff',
  summary: 'shows two files side by side',
  usage: '[OPTION]... FILE1 FILE2',
  agrees: 'GNU diffutils 3.8',
  shape: {
    usageCode: 2,
    options: [
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'case', short: 'i', long: ['ignore-case'] },
      { key: 'tab-expansion', short: 'E', long: ['ignore-tab-expansion'] },
      { key: 'trailing-space', short: 'Z', long: ['ignore-trailing-space'] },
      { key: 'space-change', short: 'b', long: ['ignore-space-change'] },
      { key: 'all-space', short: 'W', long: ['ignore-all-space'] },
      { key: 'blank-lines', short: 'B', long: ['ignore-blank-lines'] },
      { key: 'ignore-matching', short: 'I', long: ['ignore-matching-lines'], value: 'required' },
      { key: 'strip-cr', long: ['strip-trailing-cr'] },
      { key: 'text', short: 'a', long: ['text'] },
      { key: 'width', short: 'w', long: ['width'], value: 'required' },
      { key: 'left-column', short: 'l', long: ['left-column'] },
      { key: 'suppress-common', short: 's', long: ['suppress-common-lines'] },
      { key: 'expand-tabs', short: 't', long: ['expand-tabs'] },
      { key: 'tabsize', long: ['tabsize'], value: 'required' },
      { key: 'minimal', short: 'd', long: ['minimal'] },
      { key: 'speed-large-files', short: 'H', long: ['speed-large-files'], missing: true },
      { key: 'diff-program', long: ['diff-program'], value: 'required', missing: true },
      { key: '--version', short: 'v' },
    ],
  },
  run: sdiff,
})
