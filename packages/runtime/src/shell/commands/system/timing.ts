import { Killed, signalNamed, type Signal } from '../../signals'
import { CommandError, type Call } from '../command'
import { curly } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { durationOf, sleepFor } from './duration'

/** Waits. */
export const sleepCommand = textTool({
  name: 'sleep',
  summary: 'waits for as long as told: seconds, or m, h, d behind the number',
  usage: 'NUMBER[SUFFIX]...',
  shape: { options: [] },
  run: async (tool) => {
    const { operands, call } = tool
    if (operands.length === 0) usageError('missing operand')
    let total = 0
    let isBad = false
    for (const word of operands) {
      const ms = durationOf(word)
      if (ms === undefined) await complain(tool, `invalid time interval ${curly(word)}`)
      isBad ||= ms === undefined
      total += ms ?? 0
    }
    if (isBad) {
      await call.stderr.write("Try 'sleep --help' for more information.\n")
      return 1
    }
    await sleepFor(call.system.clock, total, call.process.signal)
    return 0
  },
})

function interval(text: string): number {
  const ms = durationOf(text)
  return ms ?? usageError(`invalid time interval ${curly(text)}`, 125)
}

function signalOf(text: string): Signal {
  return signalNamed(text) ?? usageError(`${curly(text)}: invalid signal`, 125)
}

/** Signals what this call started, and all below it. */
function deliver(call: Call, signal: Signal): void {
  const { all } = call.system.processes
  const below = (pid: number): void => {
    for (const process of all) {
      if (process.ppid !== pid) continue
      below(process.pid)
      process.deliver(signal)
    }
  }
  below(call.process.pid)
}

async function timeout(tool: Tool): Promise<number> {
  const { operands, options, call } = tool
  const [text, ...argv] = operands
  if (text === undefined || argv.length === 0)
    return usageError(text === undefined ? 'missing operand' : `missing operand after ${curly(text)}`, 125)
  const limit = interval(text)
  const grace = options.value('kill-after')
  const graceMs = grace === undefined ? 0 : interval(grace)
  const signal = signalOf(options.value('signal') ?? 'TERM')
  const ended = new AbortController()
  let last: Signal | undefined
  const watch = async (): Promise<void> => {
    await sleepFor(call.system.clock, limit, ended.signal)
    if (ended.signal.aborted) return
    last = signal
    if (options.has('verbose')) await complain(tool, `sending signal ${signal} to command ${curly(argv[0] ?? '')}`)
    deliver(call, signal)
    if (graceMs === 0) return
    await sleepFor(call.system.clock, graceMs, ended.signal)
    if (ended.signal.aborted) return
    last = 'KILL'
    deliver(call, 'KILL')
  }
  const isOver = new Error('the command has ended')
  const watching =
    limit === 0
      ? undefined
      : watch().catch((thrown: unknown) => {
          if (thrown !== isOver && !ended.signal.aborted) throw thrown
        })
  const code = await call.exec(argv)
  ended.abort(isOver)
  await watching
  if (last === undefined || options.has('preserve-status')) return code
  // As the real one does: it ends as its command was ended.
  if (last === 'KILL') throw new Killed('KILL')
  return 124
}

/** Ends a command that takes too long. */
export const timeoutCommand = textTool({
  name: 'timeout',
  summary: 'runs a command and ends it when it takes too long',
  usage: '[OPTION] DURATION COMMAND [ARG]...',
  shape: {
    stopsEarly: true,
    usageCode: 125,
    options: [
      { key: 'foreground', long: ['foreground'] },
      { key: 'kill-after', short: 'k', long: ['kill-after'], value: 'required' },
      { key: 'preserve-status', long: ['preserve-status'] },
      { key: 'signal', short: 's', long: ['signal'], value: 'required' },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
  },
  run: timeout,
})

/** Checks the modes of stdbuf, which change nothing: all output here is written as it comes. */
function checkMode(word: string): void {
  if (!/^(L|0|\d+[kKMGT]?B?)$/.test(word)) throw new CommandError(`invalid mode ${curly(word)}`, 125)
}

/** Runs a command with buffering that is told. */
export const stdbufCommand = textTool({
  name: 'stdbuf',
  summary: 'runs a command; its output is written as it comes, whatever is told',
  usage: 'OPTION... COMMAND',
  shape: {
    stopsEarly: true,
    usageCode: 125,
    options: [
      { key: 'mode', short: 'i', long: ['input'], value: 'required' },
      { key: 'mode', short: 'o', long: ['output'], value: 'required' },
      { key: 'mode', short: 'e', long: ['error'], value: 'required' },
    ],
  },
  run: async ({ operands, options, call }) => {
    if (operands.length === 0) usageError('missing operand', 125)
    if (!options.has('mode')) usageError('you must specify a buffering mode option', 125)
    for (const word of options.values('mode')) checkMode(word)
    return call.exec(operands)
  },
})
