import { compilePattern } from '../../regex/pattern'
import type { Process } from '../../processes/process'
import { SIGNALS, signalNamed, type Signal } from '../../signals'
import { CommandError } from '../command'
import type { OptionSpec } from '../options'
import { USER } from '../files/look'
import { complain, textTool, type Tool } from '../text/tool'
import { allProcesses, shortName } from './processes'

const SHARED: readonly OptionSpec[] = [
  { key: 'count', short: 'c', long: ['count'] },
  { key: 'full', short: 'f', long: ['full'] },
  { key: 'group', short: 'g', long: ['pgroup'], value: 'required' },
  { key: 'real-group', short: 'G', long: ['group'], value: 'required' },
  { key: 'nocase', short: 'i', long: ['ignore-case'] },
  { key: 'newest', short: 'n', long: ['newest'] },
  { key: 'oldest', short: 'o', long: ['oldest'] },
  { key: 'parent', short: 'P', long: ['parent'], value: 'required' },
  { key: 'user', short: 'u', long: ['euid'], value: 'required' },
  { key: 'user', short: 'U', long: ['uid'], value: 'required' },
  { key: 'exact', short: 'x', long: ['exact'] },
  { key: 'older', short: 'O', long: ['older'], value: 'required', missing: true },
  { key: 'session', short: 's', long: ['session'], value: 'required', missing: true },
  { key: 'terminal', short: 't', long: ['terminal'], value: 'required', missing: true },
  { key: 'pidfile', short: 'F', long: ['pidfile'], value: 'required', missing: true },
  { key: 'runstates', short: 'r', long: ['runstates'], value: 'required', missing: true },
  { key: 'ancestors', short: 'A', long: ['ignore-ancestors'] },
]

function numbers(text: string): readonly number[] {
  return text.split(',').map((word) => {
    if (!/^\d+$/.test(word)) throw new CommandError(`not a number: ${word}`, 2)
    return Number(word)
  })
}

/** Those that fit; the one that asks is none of them. */
function matching(tool: Tool): readonly Process[] {
  const { operands, options, call } = tool
  const [pattern] = operands
  if (operands.length > 1) throw new CommandError(`only one pattern can be provided\nTry \`${call.name} --help' for more information.`, 2)
  const isLimited = ['group', 'real-group', 'parent', 'user'].some((key) => options.has(key))
  if (pattern === undefined && !isLimited)
    throw new CommandError(`no matching criteria specified\nTry \`${call.name} --help' for more information.`, 2)
  const source = pattern === undefined ? '' : options.has('exact') ? `^(${pattern})$` : pattern
  const matcher = compilePattern(source, { dialect: 'ere', ignoreCase: options.has('nocase') })
  const groups = options.values('group').flatMap(numbers)
  const parents = options.values('parent').flatMap(numbers)
  const users = [...options.values('user'), ...options.values('real-group')].flatMap((word) => word.split(','))
  const fits = (process: Process): boolean => {
    if (process === call.process || process.exit !== undefined) return false
    if (groups.length > 0 && !groups.includes(process.group)) return false
    if (parents.length > 0 && !parents.includes(process.ppid)) return false
    if (users.length > 0 && !users.some((user) => user === USER.name || user === String(USER.id))) return false
    return matcher.test(options.has('full') ? process.title : shortName(process))
  }
  const found = allProcesses(call.system).filter((process) => fits(process) !== options.has('inverse') && process !== call.process)
  if (options.has('newest')) return found.slice(-1)
  return options.has('oldest') ? found.slice(0, 1) : found
}

/** Numbers of processes by their names. */
export const pgrepCommand = textTool({
  name: 'pgrep',
  summary: 'tells the numbers of processes by their names',
  usage: '[OPTION]... PATTERN',
  agrees: 'procps-ng 4.0.2',
  shape: {
    usageCode: 2,
    options: [
      ...SHARED,
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'name', short: 'l', long: ['list-name'] },
      { key: 'line', short: 'a', long: ['list-full'] },
      { key: 'inverse', short: 'v', long: ['inverse'] },
    ],
  },
  run: (tool) => {
    const { options, out } = tool
    const found = matching(tool)
    if (options.has('count')) out.putText(`${found.length}\n`)
    else if (found.length > 0) {
      const shown = found.map((process) => {
        const what =
          options.has('line') || (options.has('name') && options.has('full'))
            ? process.title
            : options.has('name')
              ? shortName(process)
              : ''
        return what === '' ? String(process.pid) : `${process.pid} ${what}`
      })
      out.putText(`${shown.join(options.value('delimiter') ?? '\n')}\n`)
    }
    return Promise.resolve(found.length > 0 ? 0 : 1)
  },
})

/** `-9`, `-KILL` before all else is a signal. */
function withSignal(args: readonly string[]): readonly string[] {
  return args.flatMap((word) => {
    const name = /^-(SIG[A-Z0-9]+|[A-Z]{2,}[A-Z0-9]*|\d+)$/.exec(word)?.[1]
    return name !== undefined && (name === '0' || signalNamed(name) !== undefined) ? [`--signal=${name}`] : [word]
  })
}

/** Undefined for 0, which only asks. @throws CommandError */
function signalOf(word: string): Signal | undefined {
  if (word === '0') return undefined
  const signal = signalNamed(word)
  if (signal === undefined) throw new CommandError(`unknown signal ${word}`, 2)
  return signal
}

/** Signals processes by their names. */
export const pkillCommand = textTool({
  name: 'pkill',
  summary: 'signals processes by their names',
  usage: '[OPTION]... PATTERN',
  agrees: 'procps-ng 4.0.2',
  before: withSignal,
  shape: {
    usageCode: 2,
    options: [...SHARED, { key: 'signal', long: ['signal'], value: 'required' }, { key: 'echo', short: 'e', long: ['echo'] }],
  },
  run: async (tool) => {
    const { options, out } = tool
    const signal = signalOf(options.value('signal') ?? 'TERM')
    const found = matching(tool)
    for (const process of found) {
      const name = shortName(process)
      if (signal !== undefined) process.deliver(signal)
      if (options.has('echo')) out.putText(`${name} killed (pid ${process.pid})\n`)
    }
    if (options.has('count')) out.putText(`${found.length}\n`)
    // Whoever was signalled gets to end before the next command looks.
    await tool.call.system.breathe()
    return found.length > 0 ? 0 : 1
  },
})

/** Numbers of processes of a program. */
export const pidofCommand = textTool({
  name: 'pidof',
  summary: 'tells the numbers of the processes of a program',
  usage: '[OPTION]... PROGRAM...',
  agrees: 'procps-ng 4.0.2',
  shape: {
    options: [
      { key: 'single', short: 's', long: ['single-shot'] },
      { key: 'root', short: 'c', long: ['check-root'] },
      { key: 'quiet', short: 'q' },
      { key: 'scripts', short: 'x' },
      { key: 'workers', short: 'w', long: ['with-workers'] },
      { key: 'separator', short: 'S', long: ['separator'], value: 'required' },
      { key: 'omit', short: 'o', long: ['omit-pid'], value: 'required' },
    ],
  },
  run: ({ operands, options, out, call }) => {
    const omitted = new Set(options.values('omit').flatMap((word) => word.split(',').map(Number)))
    const newest = allProcesses(call.system).toReversed()
    const found = operands.flatMap((name) =>
      newest.filter(
        (process) => !omitted.has(process.pid) && process !== call.process && shortName(process) === name.slice(name.lastIndexOf('/') + 1),
      ),
    )
    const shown = options.has('single') ? found.slice(0, 1) : found
    if (shown.length > 0 && !options.has('quiet')) out.putText(`${shown.map(({ pid }) => pid).join(options.value('separator') ?? ' ')}\n`)
    return Promise.resolve(shown.length > 0 ? 0 : 1)
  },
})

const NAMES = Object.keys(SIGNALS).map((name) => (name === 'IO' ? 'POLL' : name))

function namesTable(): string {
  const cells = NAMES.map((name, i) => `${String(i + 1).padStart(2)} ${name.padEnd(8)}`)
  const rows = Array.from({ length: Math.ceil(cells.length / 7) }, (_, row) => cells.slice(row * 7, row * 7 + 7).join(''))
  return rows.map((row, i) => (i === rows.length - 1 ? row : row.trimEnd())).join('\n')
}

function listed(word: string | undefined, asTable: boolean): string {
  if (asTable) return `${namesTable()}\n`
  if (word === undefined) return `${NAMES.slice(0, 16).join(' ')}\n${NAMES.slice(16).join(' ')}\n`
  const signal = signalNamed(word)
  if (signal === undefined) throw new CommandError(`unknown signal name ${word}`)
  return /^\d+$/.test(word) ? `${signal}\n` : `${SIGNALS[signal]}\n`
}

/** `-9` and `-TERM` as an option with a value; numbers after the first word are groups. */
function killWords(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args
  if (/^-(\d+|[A-Z]\w+|[a-z]{2,}\w*)$/.test(first) && !/^-[slqL]$/.test(first))
    return [`--signal=${first.slice(1)}`, '--', ...rest.filter((word, i) => i > 0 || word !== '--')]
  return args
}

async function kill(tool: Tool): Promise<number> {
  const { operands, options, call, out } = tool
  if (options.has('list') || options.has('table')) {
    out.putText(listed(options.value('list') ?? operands[0], options.has('table')))
    return 0
  }
  if (operands.length === 0) throw new CommandError('not enough arguments')
  const signal = signalOf(options.value('signal') ?? 'TERM')
  let code = 0
  for (const word of operands) {
    if (!/^-?\d+$/.test(word)) throw new CommandError(`failed to parse argument: '${word}'`)
    const pid = Number(word)
    const group = pid === 0 ? call.process.group : -pid
    const targets = call.system.processes.all.filter((process) => (pid > 0 ? process.pid === pid : process.group === group))
    if (targets.length === 0) {
      await complain(tool, `(${word}): No such process`)
      code = 1
    }
    if (signal !== undefined) for (const process of targets) process.deliver(signal)
  }
  return code
}

/** Signals processes: the program, where the shell's own is not asked. */
export const killCommand = textTool({
  name: 'kill',
  summary: 'signals processes',
  usage: '[OPTION] PID...',
  agrees: 'procps-ng 4.0.2',
  before: killWords,
  shape: {
    options: [
      { key: 'signal', short: 's', long: ['signal'], value: 'required' },
      { key: 'queue', short: 'q', long: ['queue'], value: 'required', missing: true },
      { key: 'list', short: 'l', long: ['list'], value: 'optional' },
      { key: 'table', short: 'L', long: ['table'] },
    ],
  },
  run: kill,
})
