import type { Command, ResolvedCommandContext } from 'just-bash/browser'
import type { FileTree } from '../file-tree'
import { fromLatin1, latin1 } from '../shell-files'
import { resolvePath } from '../tree-node'
import { err, type Result } from './command'

/** A pipe is not streamed here: whoever reads from a source that never ends is given this much of it. */
export const ENDLESS_BYTES = 1_048_576
/** The most that `head` makes of such a source when it says how much it wants. */
const HEAD_BYTES = 33_554_432
/** Starts that are remembered: as many as a pipe can have passed on. */
const REMEMBERED = 8

/** The start of something that never ends, one character a byte. */
interface Start {
  readonly text: string
  /** More of it, where that can be made. */
  readonly bytes?: (count: number) => string
  readonly lines?: (count: number) => string
}

function randomText(count: number): string {
  const bytes = new Uint8Array(count)
  // 64 KiB is the most that one call fills.
  for (let at = 0; at < count; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return latin1(bytes)
}

const zeroText = (count: number): string => '\0'.repeat(count)
const DEVICES: Readonly<Record<string, (count: number) => string>> = { '/dev/zero': zeroText, '/dev/urandom': randomText }

/** Knows which texts in a session's pipes are only the start of what was asked for, so that no command takes one for the whole. */
export class Endless {
  readonly #starts: Start[] = []

  /** The first bytes of a device. */
  device(path: string): Uint8Array {
    const make = DEVICES[path] ?? zeroText
    return fromLatin1(this.#add({ text: make(ENDLESS_BYTES), bytes: make }))
  }

  /** The first lines of `line` again and again. */
  repeated(line: string): string {
    const lines = (count: number): string => line.repeat(count)
    const bytes = (count: number): string => line.repeat(Math.ceil(count / line.length)).slice(0, count)
    const isOneLine = line.indexOf('\n') === line.length - 1
    return this.#add({ text: line.repeat(Math.max(1, Math.floor(ENDLESS_BYTES / line.length))), bytes, ...(isOneLine ? { lines } : {}) })
  }

  /** What a command made of a start is one too. */
  passedOn(text: string): void {
    if (text !== '' && this.find(text) === undefined) this.#add({ text })
  }

  find(text: string): Start | undefined {
    return this.#starts.find((start) => start.text === text)
  }

  #add(start: Start): string {
    this.#starts.push(start)
    if (this.#starts.length > REMEMBERED) this.#starts.shift()
    return start.text
  }
}

const stdinText = (context: ResolvedCommandContext): string => {
  const raw: unknown = context.stdin
  return typeof raw === 'string' ? raw : ''
}

/** Gives out what it reads as it comes: its output goes on without end as well. */
const PASSING = new Set([
  'cat',
  'tr',
  'cut',
  'rev',
  'nl',
  'fold',
  'expand',
  'paste',
  'tee',
  'uniq',
  'base64',
  'od',
  'xxd',
  'sed',
  'awk',
  'grep',
])
/** Reads to the end before it says anything. */
const WHOLE = ['tail', 'wc', 'sort', 'tac', 'column', 'md5sum', 'sha1sum', 'sha256sum', 'gzip', 'split']

/** Whether a script or an option may have ended the reading early, as far as can be told from outside. */
function stoppedEarly(name: string, args: readonly string[], result: Result): boolean {
  if (result.exitCode !== 0) return false
  if (name === 'od') return args.some((word) => word.startsWith('-N'))
  if (name === 'grep' && args.some((word) => /^-[A-Za-z]*q|^--quiet/.test(word))) return true
  const canStop =
    (name === 'sed' && args.some((word) => /\d+\s*[qQ]|[$/;{ ]\s*[qQ]/.test(word))) ||
    (name === 'awk' && args.some((word) => /\bexit\b/.test(word))) ||
    (name === 'grep' && args.some((word) => /^-[A-Za-z]*m|^--max-count/.test(word)))
  return canStop && result.stdout !== '' && result.stdout.length < ENDLESS_BYTES / 2
}

const sentence = (name: string, bytes: number): string =>
  `${name}: the input never ends, and a pipe here holds its first ${bytes} bytes: the output is not complete (head -c or -n right behind the source takes more)\n`

const isEndlessFile = (context: ResolvedCommandContext, word: string): boolean => resolvePath(context.cwd, word) in DEVICES

/** `inner`, which fails with a sentence where it was given only the start of an input that never ends. */
function guarded(inner: Command, tree: FileTree, endless: Endless): Command {
  const { name } = inner
  return {
    name,
    async execute(args, context) {
      const named = args.some((word) => isEndlessFile(context, word))
      const readsFiles =
        name === 'cp' || (name !== 'tee' && args.some((word) => tree.find(resolvePath(context.cwd, word))?.type === 'file'))
      if (!named && (readsFiles || endless.find(stdinText(context)) === undefined)) return inner.execute(args, context)
      if (!PASSING.has(name)) return err(sentence(name, ENDLESS_BYTES))
      const result = await inner.execute(args, context)
      if (stoppedEarly(name, args, result)) return result
      endless.passedOn(result.stdout)
      return { ...result, exitCode: result.exitCode === 0 ? 1 : result.exitCode, stderr: result.stderr + sentence(name, ENDLESS_BYTES) }
    },
  }
}

/** What `head` was asked for, where it is one plain count. */
function headCount(args: readonly string[]): { readonly unit: 'bytes' | 'lines'; readonly count: number } | undefined {
  const text = args.filter((word) => word !== '-q' && (word.startsWith('-') || /^\d+$/.test(word))).join('')
  if (text === '') return { unit: 'lines', count: 10 }
  const found = /^-(?:(c)|(n)|-(bytes)=?|-(lines)=?)?(\d+)$/.exec(text)
  if (found === null) return undefined
  return { unit: found[1] === undefined && found[3] === undefined ? 'lines' : 'bytes', count: Number(found[5]) }
}

/** Where the `count`th line of a text ends; -1 when it has fewer. */
function lineEnd(text: string, count: number): number {
  let end = 0
  for (let i = 0; i < count; i++) {
    end = text.indexOf('\n', end) + 1
    if (end === 0) return -1
  }
  return end
}

const asBytes = (stdout: string): Result => ({ stdout, stderr: '', exitCode: 0, stdoutKind: 'bytes' })

function headOf(start: Start, args: readonly string[]): Result {
  const asked = headCount(args)
  if (asked === undefined) return err('head: of an input that never ends there is only -n and -c with a plain count here\n')
  const { unit, count } = asked
  if (unit === 'bytes' && count <= start.text.length) return asBytes(start.text.slice(0, count))
  const end = unit === 'lines' ? lineEnd(start.text, count) : -1
  if (end !== -1) return asBytes(start.text.slice(0, end))
  const make = start[unit]
  if (make === undefined) return err(sentence('head', start.text.length))
  const size = unit === 'bytes' ? count : count * make(1).length
  return size > HEAD_BYTES
    ? err(`head: more than ${HEAD_BYTES} bytes of an input that never ends is more than this sandbox holds\n`)
    : asBytes(make(count))
}

function headCommand(endless: Endless): Command {
  return {
    name: 'head',
    execute: async (args, context) => {
      if (context.origCommand === undefined) throw new Error('head is not in the shell library any more')
      const files = args.filter((word, i) => !word.startsWith('-') && !/^-(n|c|-lines|-bytes)$/.test(args[i - 1] ?? ''))
      const [file] = files
      if (files.length > 1 && files.some((word) => isEndlessFile(context, word)))
        return err('head: a device is read alone here: give it one file\n')
      const device = file === undefined ? undefined : DEVICES[resolvePath(context.cwd, file)]
      const start = device === undefined ? undefined : { text: '', bytes: device }
      const words = args.filter((word) => word !== file || start === undefined)
      if (start !== undefined && headCount(words)?.unit === 'bytes') return headOf(start, words)
      const read =
        start !== undefined
          ? { text: start.bytes(ENDLESS_BYTES), bytes: start.bytes }
          : endless.find(file === undefined ? stdinText(context) : '')
      return read === undefined ? context.origCommand([...args]) : headOf(read, words)
    },
  }
}

/** A command of the library as it is. */
function plain(name: string): Command {
  return {
    name,
    async execute(args, context) {
      if (context.origCommand === undefined) throw new Error(`${name} is not in the shell library any more`)
      return context.origCommand([...args])
    },
  }
}

/** `own` and the library's readers, made to notice an input that never ends. */
export function endlessCommands(own: readonly Command[], tree: FileTree, endless: Endless): Command[] {
  const names = new Set(own.map((command) => command.name))
  const library = [...PASSING, ...WHOLE].filter((name) => !names.has(name)).map(plain)
  const isReader = (name: string): boolean => PASSING.has(name) || WHOLE.includes(name) || name === 'cp'
  const readers = [...own, ...library].map((command) => (isReader(command.name) ? guarded(command, tree, endless) : command))
  return [...readers, headCommand(endless), yesCommand(endless)]
}

/** Ends like one whose reader went away: it never ends by itself. */
function yesCommand(endless: Endless): Command {
  return {
    name: 'yes',
    execute: (args) => {
      const line = latin1(new TextEncoder().encode(`${args.length === 0 ? 'y' : args.join(' ')}\n`))
      const stderr = `yes: stopped after ${ENDLESS_BYTES} bytes, which is what a pipe holds here\n`
      return Promise.resolve({ stdout: endless.repeated(line), stdoutKind: 'bytes', stderr, exitCode: 1 })
    },
  }
}
