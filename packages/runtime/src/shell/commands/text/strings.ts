import type { Input } from '../../streams/stream'
import { NotImplemented } from '../command'
import { errnoText } from '../../tree/errno-text'
import { complain, eachInput, textTool, usageError, type Tool } from './tool'
import { latinOf } from './latin'

interface Plan {
  readonly least: number
  readonly radix: string | undefined
  readonly end: string
  readonly pattern: RegExp
}

const RADIX: Readonly<Record<string, number>> = { o: 8, d: 10, x: 16 }

function planOf({ options }: Tool): Plan {
  const text = options.value('least') ?? '4'
  if (!/^\d+$/.test(text) || Number(text) === 0) usageError(`invalid minimum string length ${Number.parseInt(text, 10) || 0}`)
  const encoding = options.value('encoding') ?? 's'
  if (encoding !== 's' && encoding !== 'S') throw new NotImplemented(`option -e ${encoding}`)
  const radix = options.has('octal') ? 'o' : options.value('radix')
  const letters = `${encoding === 'S' ? '\\x80-\\xff' : ''}${options.has('spaces') ? '\\n\\r\\f\\v' : ''}`
  return { least: Number(text), radix, end: options.value('separator') ?? '\n', pattern: new RegExp(`[\\t -~${letters}]{${text},}`, 'g') }
}

async function strings(tool: Tool, input: Input, on: { readonly plan: Plan; readonly name: string }): Promise<void> {
  const { plan, name } = on
  const put = (text: string, at: number): void => {
    const place = plan.radix === undefined ? '' : `${at.toString(RADIX[plan.radix] ?? 10).padStart(7)} `
    tool.out.put(`${tool.options.has('names') ? `${name === '-' ? '{standard input}' : name}: ` : ''}${place}${text}${plan.end}`)
  }
  let rest = ''
  let from = 0
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tool.call.tick()
    const text = rest + latinOf(chunk)
    let used = 0
    for (const match of text.matchAll(plan.pattern)) {
      // It may go on in the next chunk.
      if (match.index + match[0].length === text.length) break
      put(match[0], from + match.index)
      used = match.index + match[0].length
    }
    const open = /[\t -~\x80-\xff\n\r\f\v]*$/.exec(text)?.index ?? text.length
    const keep = Math.max(used, open)
    rest = text.slice(keep)
    from += keep
    await tool.out.settle()
  }
  for (const match of rest.matchAll(plan.pattern)) put(match[0], from + match.index)
}

/** Text in files that are none. */
export const stringsCommand = textTool({
  name: 'strings',
  summary: 'writes runs of printable characters in files',
  usage: '[OPTION]... [FILE]...',
  agrees: 'GNU binutils 2.40',
  before: (args) => args.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word)),
  shape: {
    options: [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'data', short: 'd', long: ['data'], missing: true },
      { key: 'names', short: 'f', long: ['print-file-name'] },
      { key: 'least', short: 'n', long: ['bytes'], value: 'required' },
      { key: 'octal', short: 'o' },
      { key: 'radix', short: 't', long: ['radix'], value: 'required' },
      { key: 'encoding', short: 'e', long: ['encoding'], value: 'required' },
      { key: 'spaces', short: 'w', long: ['include-all-whitespace'] },
      { key: 'separator', short: 's', long: ['output-separator'], value: 'required' },
    ],
  },
  run: async (tool) => {
    const plan = planOf(tool)
    let own = 0
    const names = []
    for (const name of tool.operands) {
      const node = tool.call.system.tree.find(tool.call.at(name))
      if (node?.type !== 'folder') names.push(name)
      else {
        own = 1
        await complain(tool, `Warning: '${name}' is a directory`)
      }
    }
    if (tool.operands.length > 0 && names.length === 0) return own
    const code = await eachInput(tool, (input, name) => strings(tool, input, { plan, name }), {
      names,
      words: (name, error) => (error.code === 'ENOENT' ? `'${name}': No such file` : `${name}: ${errnoText(error)}`),
    })
    return Math.max(code, own)
  },
})
