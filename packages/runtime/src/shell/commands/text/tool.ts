import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { flushedBefore } from '../../streams/buffered'
import type { Input } from '../../streams/stream'
import { CommandError, type Call, type Command } from '../command'
import { BadOption, parseOptions, type Options, type OptionShape } from '../options'
import { LatinOutput } from './latin-output'
import { quoteIfNeeded } from './quotes'

/** What a text tool is. */
export interface ToolSpec {
  readonly name: string
  readonly summary: string
  /** Words of its command line after the name, for `--help`. */
  readonly usage: string
  /** Whose manual and bytes it agrees with. */
  readonly agrees?: string
  readonly shape: OptionShape
  /** Rewrites words that getopt cannot read, such as `head -5`. */
  before?(args: readonly string[]): readonly string[]
  run(tool: Tool): Promise<number>
}

/** One run of a text tool. */
export interface Tool {
  readonly call: Call
  readonly options: Options
  readonly operands: readonly string[]
  readonly out: LatinOutput
}

const COREUTILS = 'GNU coreutils 9.1'

/** A command with `--help`, `--version`, buffered output and getopt's manner. */
export function textTool(spec: ToolSpec): Command {
  const shape: OptionShape = {
    ...spec.shape,
    options: [...spec.shape.options, { key: '--help', long: ['help'] }, { key: '--version', long: ['version'] }],
  }
  return {
    name: spec.name,
    summary: spec.summary,
    run: async (call) => {
      const options = parseOptions(spec.before?.(call.args) ?? call.args, shape)
      const asked = options.found.find(({ key }) => key === '--help' || key === '--version')?.key
      if (asked !== undefined) {
        await call.stdout.write(asked === '--help' ? helpOf(spec) : `${spec.name} (Tabwright) agrees with ${spec.agrees ?? COREUTILS}\n`)
        return 0
      }
      const out = new LatinOutput(call.stdout)
      try {
        const code = await spec.run({ call, options, operands: options.operands, out })
        await out.flush()
        return code
      } catch (thrown) {
        if (thrown instanceof CommandError || thrown instanceof FsError) await out.flush()
        throw thrown
      }
    },
  }
}

function helpOf(spec: ToolSpec): string {
  const spellings = spec.shape.options
    .filter((option) => !option.missing)
    .map((option) => {
      const value = option.value === undefined ? '' : option.value === 'required' ? ' VALUE' : '[=VALUE]'
      const short = [...(option.short ?? '')].map((letter) => `-${letter}`)
      return `  ${[...short, ...(option.long ?? []).map((long) => `--${long}`)].join(', ')}${value}\n`
    })
  return `Usage: ${spec.name} ${spec.usage}\n${spec.summary}\n\n${spellings.join('')}      --help\n      --version\n`
}

/** A usage error: the message and the hint at `--help`. */
export function usageError(message: string, code = 1): never {
  throw new BadOption(message, code)
}

/** Tells what failed; the tool goes on. */
export async function complain({ call, out }: Pick<Tool, 'call' | 'out'>, message: string): Promise<void> {
  await out.flush()
  await call.stderr.write(`${call.name}: ${message}\n`)
}

/** Opens an operand; `-` is standard input. What was put out is written before each read. @throws FsError */
export function openOperand({ call, out }: Pick<Tool, 'call' | 'out'>, name: string): Input {
  return flushedBefore(name === '-' ? call.stdin : call.open(name), out)
}

/** The same, where nothing can be done without it. @throws CommandError */
export function openOrFail(tool: Pick<Tool, 'call' | 'out'>, name: string): Input {
  try {
    return openOperand(tool, name)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

/** Words for an operand that cannot be read. */
export type Wording = (name: string, error: FsError) => string

/** The same, or undefined where that is no fault. */
type Judging = (name: string, error: FsError) => string | undefined

const plain: Wording = (name, error) => `${quoteIfNeeded(name === '-' ? 'standard input' : name)}: ${errnoText(error)}`

/** Hands each operand, or standard input, to `take`; those that cannot be read are told. Gives the exit code. */
export async function eachInput(
  tool: Tool,
  take: (input: Input, name: string) => Promise<void>,
  how: { readonly names?: readonly string[]; readonly words?: Judging } = {},
): Promise<number> {
  const operands = how.names ?? tool.operands
  let code = 0
  for (const name of operands.length === 0 ? ['-'] : operands) {
    try {
      const input = openOperand(tool, name)
      await take(input, name)
      if (name !== '-') input.close()
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      const told = (how.words ?? plain)(name, thrown)
      if (told === undefined) continue
      await complain(tool, told)
      code = 1
    }
  }
  return code
}

/** All operands, one after the other, as one input; those that cannot be read are told. */
export function joinedInput(
  tool: Tool,
  words: Wording = plain,
): Input & { readonly code: () => number; readonly hasOpened: () => boolean } {
  const names = tool.operands.length === 0 ? ['-'] : [...tool.operands]
  let current: Input | undefined
  let name = '-'
  let code = 0
  let hasOpened = false
  const read = async (max?: number): Promise<Uint8Array | undefined> => {
    for (;;) {
      const next = current === undefined ? names.shift() : name
      if (next === undefined) return undefined
      name = next
      try {
        current ??= openOperand(tool, name)
        hasOpened = true
        const part = await current.read(max)
        if (part !== undefined) return part
      } catch (thrown) {
        if (!(thrown instanceof FsError)) throw thrown
        await complain(tool, words(name, thrown))
        code = 1
      }
      current?.close()
      current = undefined
    }
  }
  return { read, close: () => current?.close(), code: () => code, hasOpened: () => hasOpened }
}
