import type { Command } from '../command'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import type { OptionSpec } from '../options'
import { digestKind, hexDigest, type DigestName } from './digests'
import { checkLists } from './digest-check'
import { latinWord } from './latin'
import { curly, quoteIfNeeded } from './quotes'
import { complain, openOperand, textTool, usageError, type Tool } from './tool'

/** How a digest and the name of its file are written. */
export interface DigestLine {
  readonly name: DigestName
  readonly bits: number
  readonly isTagged: boolean
  readonly isBinary: boolean
  readonly end: string
}

/** A line of a list, as `md5sum` writes them. Names with a newline or a backslash are escaped and the line begins with a backslash. */
function digestLine(how: DigestLine, hex: string, file: string): string {
  const kind = digestKind(how.name)
  const needsEscape = how.end === '\n' && /[\\\n\r]/.test(file)
  const shown = needsEscape ? file.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r') : file
  const size = how.name === 'blake2b' && how.bits < kind.bits ? `-${how.bits}` : ''
  const line = how.isTagged ? `${kind.tag}${size} (${shown}) = ${hex}` : `${hex} ${how.isBinary ? '*' : ' '}${shown}`
  return `${needsEscape ? '\\' : ''}${line}${how.end}`
}

function bitsOf({ options }: Tool, name: DigestName): number {
  const text = options.value('length')
  const { bits } = digestKind(name)
  if (text === undefined || text === '0') return bits
  if (!/^\d+$/.test(text)) throw new CommandError(`invalid length: ${curly(text)}`)
  if (name === 'blake2b' && Number(text) > bits)
    throw new CommandError(`invalid length: ${curly(text)}\nb2sum: maximum digest length for ${curly('BLAKE2b')} is ${bits} bits`)
  if (Number(text) % 8 !== 0) throw new CommandError(`invalid length: ${curly(text)}\nb2sum: length is not a multiple of 8`)
  return Number(text)
}

/** Digests of the operands, or a check of lists of them. */
export async function digestFiles(tool: Tool, name: DigestName, how: { readonly isTagged: boolean }): Promise<number> {
  const { call, operands, options, out } = tool
  const bits = bitsOf(tool, name)
  const line: DigestLine = {
    name,
    bits,
    isTagged: how.isTagged,
    isBinary: options.last('binary', 'text') === 'binary',
    end: options.has('zero') ? '\0' : '\n',
  }
  let code = 0
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    try {
      const hex = await hexDigest(openOperand(tool, operand), digestKind(name).make(bits), () => call.tick())
      out.put(digestLine(line, hex, latinWord(operand)))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await complain(tool, `${quoteIfNeeded(operand)}: ${errnoText(thrown)}`)
      code = 1
    }
  }
  return code
}

const LENGTH: OptionSpec = { key: 'length', short: 'l', long: ['length'], value: 'required' }
const CHECK_ONLY = ['ignore-missing', 'status', 'quiet', 'strict', 'warn'] as const

/** Complaints about options that do not go together. */
export function checkDigestOptions({ options }: Tool): void {
  if (options.has('check') && options.has('tag')) usageError('the --tag option is meaningless when verifying checksums')
  if (options.has('check') && options.has('zero')) usageError('the --zero option is not supported when verifying checksums')
  if (options.has('check') && (options.has('binary') || options.has('text')))
    usageError('the --binary and --text options are meaningless when verifying checksums')
  if (options.has('tag') && options.last('binary', 'text', 'tag') === 'text') usageError('--tag does not support --text mode')
  const stray = options.has('check') ? undefined : CHECK_ONLY.find((key) => options.has(key))
  if (stray !== undefined) usageError(`the --${stray} option is meaningful only when verifying checksums`)
}

/** Options of all tools that check lists. */
export const CHECK_OPTIONS: readonly OptionSpec[] = [
  { key: 'check', short: 'c', long: ['check'] },
  { key: 'ignore-missing', long: ['ignore-missing'] },
  { key: 'quiet', long: ['quiet'] },
  { key: 'status', long: ['status'] },
  { key: 'strict', long: ['strict'] },
  { key: 'tag', long: ['tag'] },
  { key: 'warn', short: 'w', long: ['warn'] },
  { key: 'zero', short: 'z', long: ['zero'] },
]

function sumCommand(command: string, name: DigestName): Command {
  const isBlake = name === 'blake2b'
  return textTool({
    name: command,
    summary: `writes or checks ${digestKind(name).tag} digests of files`,
    usage: '[OPTION]... [FILE]...',
    shape: {
      options: [
        { key: 'binary', short: 'b', long: ['binary'] },
        ...CHECK_OPTIONS,
        ...(isBlake ? [LENGTH] : []),
        { key: 'text', short: 't', long: ['text'] },
      ],
    },
    run: (tool) => {
      checkDigestOptions(tool)
      return tool.options.has('check') ? checkLists(tool, name) : digestFiles(tool, name, { isTagged: tool.options.has('tag') })
    },
  })
}

export const sumCommands: readonly Command[] = [
  sumCommand('md5sum', 'md5'),
  sumCommand('sha1sum', 'sha1'),
  sumCommand('sha224sum', 'sha224'),
  sumCommand('sha256sum', 'sha256'),
  sumCommand('sha384sum', 'sha384'),
  sumCommand('sha512sum', 'sha512'),
  sumCommand('b2sum', 'blake2b'),
]
