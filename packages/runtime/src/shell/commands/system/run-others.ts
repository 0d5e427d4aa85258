import type { Process } from '../../processes/process'
import { CommandError, type Call } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'

const niceness = new WeakMap<Process, number>()

/** What a process, or the nearest above it, was given. */
function niceOf(call: Call): number {
  for (let at: Process | undefined = call.process; at !== undefined; at = call.system.processes.find(at.ppid)) {
    const own = niceness.get(at)
    if (own !== undefined) return own
  }
  return 0
}

/** Lowers nothing: there is one thread. It tells and checks as the real one does. */
export const niceCommand = textTool({
  name: 'nice',
  summary: 'runs a command; all have the same priority here',
  usage: '[OPTION] [COMMAND [ARG]...]',
  before: (args) => (/^-[-+]?\d+$/.test(args[0] ?? '') ? [`--adjustment=${(args[0] ?? '').slice(1)}`, ...args.slice(1)] : args),
  shape: { stopsEarly: true, usageCode: 125, options: [{ key: 'adjustment', short: 'n', long: ['adjustment'], value: 'required' }] },
  run: ({ operands, options, call, out }) => {
    const word = options.value('adjustment')
    if (word !== undefined && !/^[-+]?\d+$/.test(word)) throw new CommandError(`invalid adjustment ${curly(word)}`, 125)
    if (operands.length === 0) {
      if (word !== undefined) usageError('a command must be given with an adjustment', 125)
      out.putText(`${niceOf(call)}\n`)
      return Promise.resolve(0)
    }
    const level = Math.max(-20, Math.min(19, niceOf(call) + Number(word ?? 10)))
    niceness.set(call.process, level)
    return call.exec(operands)
  },
})

const KEPT = 'nohup.out'

/** Runs a command that a closed terminal does not end. */
export const nohupCommand = textTool({
  name: 'nohup',
  summary: 'runs a command that goes on when its terminal is closed',
  usage: 'COMMAND [ARG]...',
  shape: { stopsEarly: true, usageCode: 125, options: [] },
  run: async (tool) => {
    const { operands, call } = tool
    if (operands.length === 0) usageError('missing operand', 125)
    const isTerminal = (descriptor: number): boolean => call.file(descriptor)?.isTerminal ?? false
    if (isTerminal(1)) await complain(tool, `${isTerminal(0) ? 'ignoring input and ' : ''}appending output to ${quoted(KEPT)}`)
    else if (isTerminal(0)) await complain(tool, 'ignoring input')
    const stdout = isTerminal(1) ? call.create(KEPT, { append: true }) : undefined
    const before = new Set(call.system.processes.all)
    const ended = call.exec(operands, {
      ...(stdout === undefined ? {} : { stdout }),
      ...(isTerminal(0) ? { stdin: call.open('/dev/null') } : {}),
      ...(isTerminal(2) ? { stderr: stdout ?? call.stdout } : {}),
    })
    for (const process of call.system.processes.all) if (!before.has(process) && process.ppid === call.process.pid) deafen(process)
    deafen(call.process)
    return ended
  },
})

/** HUP is ignored; what else its own handler does stays. */
function deafen(process: Process): void {
  const inner = process.onSignal
  process.onSignal = (signal) => signal === 'HUP' || (inner?.(signal) ?? false)
}

/** Runs a command in a group of its own. */
export const setsidCommand = textTool({
  name: 'setsid',
  summary: 'runs a command in a group of its own',
  usage: '[OPTION]... PROGRAM [ARG]...',
  agrees: 'util-linux 2.38.1',
  shape: {
    stopsEarly: true,
    options: [
      { key: 'ctty', short: 'c', long: ['ctty'], missing: true },
      { key: 'fork', short: 'f', long: ['fork'] },
      { key: 'wait', short: 'w', long: ['wait'] },
    ],
  },
  run: async ({ operands, options, call }) => {
    if (operands.length === 0) usageError('no command specified')
    call.process.group = call.process.pid
    const ended = call.exec(operands)
    if (options.has('fork') && !options.has('wait')) {
      // Nobody waits for it: what it ends with is its own.
      void ended
      return 0
    }
    return ended
  },
})

const DEFAULT =
  '%Uuser %Ssystem %Eelapsed %PCPU (%Xavgtext+%Davgdata %Mmaxresident)k\n%Iinputs+%Ooutputs (%Fmajor+%Rminor)pagefaults %Wswaps'

/** What was measured: how long it took. Processor time and memory of one command cannot be told apart here and are 0. */
interface Measured {
  readonly seconds: number
  readonly code: number
  readonly argv: readonly string[]
}

function clockText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(2).padStart(5, '0')}`
}

function filled(format: string, { seconds, code, argv }: Measured): string {
  return format.replace(/%(.?)|\\([nt\\])/g, (_all, letter: string | undefined, escape: string | undefined) => {
    if (escape !== undefined) return escape === 'n' ? '\n' : escape === 't' ? '\t' : '\\'
    switch (letter) {
      case '%':
        return '%'
      case 'e':
        return seconds.toFixed(2)
      case 'E':
        return clockText(seconds)
      case 'U':
      case 'S':
        return '0.00'
      case 'P':
        return '0%'
      case 'C':
        return argv.join(' ')
      case 'x':
        return String(code)
      case 'Z':
        return '4096'
      default:
        return /[XDpKMtFRWcwIOrsk]/.test(letter ?? '') ? '0' : `?${letter ?? ''}`
    }
  })
}

async function tell(tool: Tool, text: string): Promise<void> {
  const path = tool.options.value('output')
  if (path === undefined) return tool.call.stderr.write(text)
  return tool.call.create(path, { append: tool.options.has('append') }).write(text)
}

/** How long a command takes: the program, where the shell's word is not asked. */
export const timeCommand = textTool({
  name: 'time',
  summary: 'runs a command and tells how long it took',
  usage: '[OPTION]... COMMAND [ARG]...',
  agrees: 'GNU time 1.9',
  shape: {
    stopsEarly: true,
    usageCode: 125,
    options: [
      { key: 'append', short: 'a', long: ['append'] },
      { key: 'format', short: 'f', long: ['format'], value: 'required' },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'portability', short: 'p', long: ['portability'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'verbose', short: 'v', long: ['verbose'], missing: true },
    ],
  },
  run: async (tool) => {
    const { operands, options, call } = tool
    if (operands.length === 0) usageError('missing program to run', 125)
    const { clock } = call.system
    const started = clock.steady()
    const code = await call.exec(operands)
    const measured = { seconds: (clock.steady() - started) / 1000, code, argv: operands }
    const format = options.value('format') ?? (options.has('portability') ? 'real %e\nuser %U\nsys %S' : (call.env.get('TIME') ?? DEFAULT))
    const isTold = code !== 0 && !options.has('quiet')
    const ended = code > 128 ? `Command terminated by signal ${code - 128}\n` : `Command exited with non-zero status ${code}\n`
    await tell(tool, `${isTold ? ended : ''}${filled(format, measured)}\n`)
    return code
  },
})
