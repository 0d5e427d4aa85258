import { inputOf, pieces, readAll, type Input } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { textOf } from '../../text'
import { CommandError, type Call } from '../command'
import { curly, quoteIfNeeded } from '../text/quotes'
import { textTool, type Tool } from '../text/tool'
import { beforeNul, readWords, type ReadWord } from './xargs-words'

/** Bytes of a command line unless -s tells. */
const ROOM = 131_072
const NUMBER = /^\d+$/
const LETTERS = { 'max-lines': 'l', 'max-args': 'n', 'max-procs': 'P', 'max-chars': 's' } as const

interface How {
  readonly command: readonly string[]
  /** What is put in for the text that -I names. */
  readonly replaced: string | undefined
  readonly maxWords: number
  readonly maxLines: number
  readonly room: number
  readonly jobs: number
  readonly traces: boolean
  readonly runsEmpty: boolean
  readonly exits: boolean
}

function countOption({ options }: Tool, key: keyof typeof LETTERS): number | undefined {
  const letter = LETTERS[key]
  const least = key === 'max-procs' ? 0 : 1
  const text = options.value(key)
  if (text === undefined) return undefined
  if (!NUMBER.test(text)) throw new CommandError(`invalid number "${text}" for -${letter} option`)
  if (Number(text) < least) throw new CommandError(`value ${text} for -${letter} option should be >= ${least}`)
  return Number(text)
}

function howOf(tool: Tool): How {
  const { options, operands } = tool
  const last = options.last('replace', 'max-args', 'max-lines')
  // -I, -n and -L exclude each other: the last one counts, but `-n 1` beside -I is what -I does anyway.
  const isReplacing = last === 'replace' || (options.has('replace') && last === 'max-args' && options.value('max-args') === '1')
  const found = options.found.findLast(({ key }) => key === 'replace')
  const maxLines = countOption(tool, 'max-lines') ?? (options.has('max-lines') ? 1 : undefined)
  const jobs = countOption(tool, 'max-procs') ?? 1
  return {
    command: operands.length === 0 ? ['echo'] : operands,
    replaced: isReplacing ? (found?.value ?? '{}') : undefined,
    maxWords: last === 'max-args' && !isReplacing ? (countOption(tool, 'max-args') ?? Infinity) : Infinity,
    maxLines: last === 'max-lines' ? (maxLines ?? 1) : Infinity,
    room: countOption(tool, 'max-chars') ?? ROOM,
    jobs: jobs === 0 ? 64 : jobs,
    traces: options.has('verbose'),
    runsEmpty: !options.has('no-run-if-empty'),
    exits: options.has('exit'),
  }
}

/** Starts commands, several at a time where told, and keeps what they ended with. */
class Starter {
  readonly #tool: Tool
  readonly #how: How
  readonly #running = new Set<Promise<void>>()
  code = 0
  /** Set where nothing more may be started. */
  isOver = false

  constructor(tool: Tool, how: How) {
    this.#tool = tool
    this.#how = how
  }

  async start(argv: readonly string[]): Promise<void> {
    const { call } = this.#tool
    if (this.#how.traces) await call.stderr.write(`${argv.map(quoteIfNeeded).join(' ')}\n`)
    const work = this.#one(argv)
    if (this.#how.jobs === 1) return work
    const kept: Promise<void> = work.finally(() => this.#running.delete(kept))
    this.#running.add(kept)
    if (this.#running.size >= this.#how.jobs) await Promise.race(this.#running)
    return undefined
  }

  async wait(): Promise<void> {
    await Promise.all(this.#running)
  }

  async #one(argv: readonly string[]): Promise<void> {
    const { call } = this.#tool
    const code = await call.exec(argv, { stdin: inputOf('') })
    if (code === 255) {
      await call.stderr.write(`xargs: ${argv[0] ?? ''}: exited with status 255; aborting\n`)
      this.#end(124)
    } else if (code === 126 || code === 127) this.#end(code)
    else if (code > 128) {
      await call.stderr.write(`xargs: ${argv[0] ?? ''}: terminated by signal ${code - 128}\n`)
      this.#end(125)
    } else if (code !== 0) this.code = 123
  }

  #end(code: number): void {
    this.code = code
    this.isOver = true
  }
}

function bytesOfWords(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + new TextEncoder().encode(word).length + 1, 0)
}

async function gather(how: How, words: AsyncIterable<ReadWord>, starter: Starter): Promise<void> {
  const fixed = bytesOfWords(how.command)
  let gathered: string[] = []
  let size = fixed
  let lines = 0
  let hasRun = false
  const flush = async (): Promise<void> => {
    const argv = [...how.command, ...gathered]
    gathered = []
    size = fixed
    lines = 0
    hasRun = true
    await starter.start(argv)
  }
  const take = async ({ text, endsLine }: ReadWord): Promise<void> => {
    const length = bytesOfWords([beforeNul(text)])
    if (fixed + length > how.room) throw new CommandError('argument line too long')
    if (size + length > how.room) {
      if (how.exits && how.maxLines !== Infinity) throw new CommandError('argument list too long')
      await flush()
    }
    gathered.push(beforeNul(text))
    size += length
    if (endsLine) lines += 1
    if (gathered.length >= how.maxWords || lines >= how.maxLines) await flush()
  }
  try {
    for await (const word of words) {
      if (starter.isOver) return
      await take(word)
    }
  } catch (thrown) {
    // What was read whole before a quote without end is run.
    if (thrown instanceof CommandError && gathered.length > 0 && how.maxLines === Infinity) await flush()
    throw thrown
  }
  if (!starter.isOver && (gathered.length > 0 || (!hasRun && how.runsEmpty))) await flush()
}

async function eachLine(how: How, words: AsyncIterable<ReadWord>, starter: Starter): Promise<void> {
  const mark = how.replaced ?? '{}'
  for await (const { text } of words) {
    if (starter.isOver) return
    await starter.start(how.command.map((word) => beforeNul(word.replaceAll(mark, () => text))))
  }
}

function delimiterOf({ options }: Tool): number | undefined {
  const last = options.found.findLast(({ key }) => key === 'null' || key === 'delimiter')
  if (last === undefined) return undefined
  if (last.key === 'null') return 0
  const text = last.value ?? ''
  const named: Readonly<Record<string, number>> = {
    '\\n': 10,
    '\\t': 9,
    '\\0': 0,
    '\\r': 13,
    '\\a': 7,
    '\\b': 8,
    '\\f': 12,
    '\\v': 11,
    '\\\\': 92,
  }
  const code = named[text] ?? (text.length === 1 ? text.charCodeAt(0) : undefined)
  const escaped = /^\\(?:x([0-9a-f]{1,2})|([0-7]{1,3}))$/i.exec(text)
  if (code !== undefined) return code
  if (escaped?.[1] !== undefined) return Number.parseInt(escaped[1], 16)
  if (escaped?.[2] !== undefined) return Number.parseInt(escaped[2], 8)
  throw new CommandError(
    `Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`,
  )
}

async function* separated(input: Input, separator: number): AsyncGenerator<ReadWord, void> {
  for await (const piece of pieces(input, separator)) {
    const isEnded = piece.at(-1) === separator
    yield { text: textOf(isEnded ? piece.subarray(0, -1) : piece), endsLine: true }
  }
}

function openFile(call: Call, path: string): Input {
  if (path === '-') return call.stdin
  try {
    return call.open(path)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`Cannot open input file ${curly(path)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

const EXCLUSIVE = { replace: '--replace/-I/-i', 'max-args': '--max-args', 'max-lines': '--max-lines' } as const

function isExclusive(key: string): key is keyof typeof EXCLUSIVE {
  return Object.hasOwn(EXCLUSIVE, key)
}

/** -I, -n and -L: the last one counts, and that is told. */
async function warnOfExclusive({ options, call }: Tool): Promise<void> {
  let before: keyof typeof EXCLUSIVE | undefined
  for (const { key, value } of options.found) {
    if (!isExclusive(key) || (before === 'replace' && key === 'max-args' && value === '1')) continue
    if (before !== undefined && before !== key)
      await call.stderr.write(
        `xargs: warning: options ${EXCLUSIVE[before]} and ${EXCLUSIVE[key]} are mutually exclusive, ignoring previous ${EXCLUSIVE[before].replace(/\/.*/, '')} value\n`,
      )
    before = key
  }
}

/** What xargs itself could not do ends it with 1; commands that are not there with 126 or 127. */
async function xargs(tool: Tool): Promise<number> {
  const { options, call } = tool
  const how = howOf(tool)
  await warnOfExclusive(tool)
  const file = options.value('arg-file')
  const input = file === undefined ? call.stdin : openFile(call, file)
  const delimiter = delimiterOf(tool)
  const end = delimiter === undefined ? options.value('eof') : undefined
  let isWarned = false
  const nul = async (): Promise<void> => {
    if (isWarned) return
    isWarned = true
    await call.stderr.write(
      'xargs: WARNING: a NUL character occurred in the input.  It cannot be passed through in the argument list.  Did you mean to use the --null option?\n',
    )
  }
  const words =
    delimiter === undefined
      ? readWords(input, { byLine: how.replaced !== undefined, end, tick: () => call.tick(), nul })
      : separated(input, delimiter)
  const starter = new Starter(tool, how)
  try {
    await (how.replaced === undefined ? gather(how, words, starter) : eachLine(how, words, starter))
  } finally {
    await starter.wait()
  }
  if (starter.isOver) await drained(call, input)
  return starter.code
}

/** Whoever writes to us is not to be told that nobody reads. */
async function drained(call: Call, input: Input): Promise<void> {
  try {
    await readAll(input)
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await call.stderr.write(`xargs: ${errnoText(thrown)}\n`)
  }
}

/** Runs a command with words that it reads. */
export const xargsCommand = textTool({
  name: 'xargs',
  summary: 'runs a command with the words that it reads as arguments',
  usage: '[OPTION]... COMMAND [INITIAL-ARGS]...',
  agrees: 'GNU findutils 4.9.0',
  shape: {
    stopsEarly: true,
    options: [
      { key: 'null', short: '0', long: ['null'] },
      { key: 'arg-file', short: 'a', long: ['arg-file'], value: 'required' },
      { key: 'delimiter', short: 'd', long: ['delimiter'], value: 'required' },
      { key: 'eof', short: 'E', value: 'required' },
      { key: 'eof', short: 'e', long: ['eof'], value: 'optional' },
      { key: 'replace', short: 'I', value: 'required' },
      { key: 'replace', short: 'i', long: ['replace'], value: 'optional' },
      { key: 'max-lines', short: 'L', value: 'required' },
      { key: 'max-lines', short: 'l', long: ['max-lines'], value: 'optional' },
      { key: 'max-args', short: 'n', long: ['max-args'], value: 'required' },
      { key: 'open-tty', short: 'o', long: ['open-tty'], missing: true },
      { key: 'max-procs', short: 'P', long: ['max-procs'], value: 'required' },
      { key: 'interactive', short: 'p', long: ['interactive'], missing: true },
      { key: 'process-slot-var', long: ['process-slot-var'], value: 'required', missing: true },
      { key: 'no-run-if-empty', short: 'r', long: ['no-run-if-empty'] },
      { key: 'max-chars', short: 's', long: ['max-chars'], value: 'required' },
      { key: 'show-limits', long: ['show-limits'], missing: true },
      { key: 'verbose', short: 't', long: ['verbose'] },
      { key: 'exit', short: 'x', long: ['exit'] },
    ],
  },
  run: xargs,
})
