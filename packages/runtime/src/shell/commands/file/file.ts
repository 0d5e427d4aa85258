import { lines } from '../../streams/stream'
import { joined } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { zoneOf } from '../dates/zones'
import { lookAt, lookFor, type Look } from '../files/look'
import { textColumns } from '../text/width'
import { textTool, type Tool } from '../text/tool'
import { binaryKindOf } from './binary-kind'
import { lineWords, structureOf, textCodeOf, textKindOf } from './text-kind'

/** What is said of a file: in words, as a type, and how its bytes are coded. */
interface Answer {
  readonly words: string
  readonly mime: string
  readonly charset: string
}

const SIGHT = 1 << 20
const TEXT_SIGHT = 65_536

const binary = (words: string, mime: string): Answer => ({ words, mime, charset: 'binary' })

/** What bytes are. */
function answerOf(tool: Tool, bytes: Uint8Array): Answer {
  if (bytes.length === 0) return binary('empty', 'inode/x-empty')
  if (bytes.length === 1) return binary('very short file (no magic)', 'application/octet-stream')
  const head = bytes.subarray(0, SIGHT)
  const sight = { zone: zoneOf(tool.call.env.get('TZ')), size: { end: bytes.subarray(-4) } }
  const known = binaryKindOf(head, sight)
  const code = textCodeOf(head.subarray(0, TEXT_SIGHT))
  if (known !== undefined)
    return { words: known.name, mime: known.mime, charset: known.mime === 'application/pdf' && code !== undefined ? code.mime : 'binary' }
  if (code === undefined) return binary('data', 'application/octet-stream')
  const structure = structureOf(bytes.length <= TEXT_SIGHT ? code.text : new TextDecoder().decode(head))
  const kind = structure ?? textKindOf(code.text)
  const charset = code.mime
  if (kind?.isWhole) return { words: kind.name, mime: kind.mime, charset }
  const details = lineWords(code.text, true)
  const text = `${code.name} text${kind?.isProgram ? ' executable' : ''}${details}`
  return { words: kind === undefined ? text : `${kind.name}, ${text}`, mime: kind?.mime ?? 'text/plain', charset }
}

async function bytesOf({ call }: Tool, name: string): Promise<Uint8Array> {
  const look = name === '-' ? undefined : lookAt(call, name)
  const input = name === '-' ? call.stdin : call.open(name)
  if (look?.node?.type === 'file') {
    input.close()
    return look.node.bytes
  }
  const parts: Uint8Array[] = []
  let size = 0
  for (let part = await input.read(); part !== undefined; part = await input.read()) {
    call.tick()
    if (size < SIGHT) parts.push(part.slice())
    size += part.length
  }
  return joined(parts)
}

function linkAnswer({ call }: Tool, name: string, look: Look): Answer {
  const target = look.target ?? ''
  const isBroken = lookFor(call, name) === undefined
  return isBroken
    ? { words: `broken symbolic link to ${target}`, mime: 'inode/symlink', charset: '' }
    : binary(`symbolic link to ${target}`, 'inode/symlink')
}

/** What a name stands for. Its flaw is an answer, too. */
async function asked(tool: Tool, name: string): Promise<Answer> {
  const { options, call } = tool
  const follows =
    options.last('dereference', 'no-dereference') === 'dereference' || (call.env.has('POSIXLY_CORRECT') && !options.has('no-dereference'))
  try {
    if (name === '-') return answerOf(tool, await bytesOf(tool, name))
    const look = lookAt(call, name, follows)
    if (look.type === 'link') return linkAnswer(tool, name, look)
    if (look.type === 'folder') return binary('directory', 'inode/directory')
    if (look.type === 'device' && !options.has('special')) return binary('character special (1/3)', 'inode/chardevice')
    if (look.type === 'pipe' && !options.has('special')) return binary('fifo (named pipe)', 'inode/fifo')
    return answerOf(tool, await bytesOf(tool, name))
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    if (options.has('error')) throw new Missing(`cannot stat \`${name}' (${errnoText(thrown)})`)
    const words = thrown.code === 'EACCES' ? 'regular file, no read permission' : `cannot open \`${name}' (${errnoText(thrown)})`
    return { words, mime: words, charset: '' }
  }
}

/** `-E`: what is not there ends it. */
class Missing extends Error {}

async function askedOrMissing(tool: Tool, name: string): Promise<Answer | string> {
  try {
    return await asked(tool, name)
  } catch (thrown) {
    if (thrown instanceof Missing) return `ERROR: ${thrown.message}`
    throw thrown
  }
}

function shown({ options }: Tool, { words, mime, charset }: Answer): string {
  const key = options.last('mime', 'mime-type', 'mime-encoding')
  if (key === undefined) return words
  // Of what cannot be read, only that is said.
  if (charset === '') return key === 'mime-encoding' && mime !== words ? 'binary' : mime
  const hasBoth = key === 'mime' || (options.has('mime-type') && options.has('mime-encoding'))
  if (hasBoth) return `${mime}; charset=${charset}`
  return key === 'mime-type' ? mime : charset
}

async function namesOf(tool: Tool): Promise<readonly (readonly string[])[]> {
  const { options, operands, call } = tool
  const groups: string[][] = []
  for (const path of options.values('files-from')) {
    const names: string[] = []
    try {
      for await (const { text } of lines(path === '-' ? call.stdin : call.open(path))) names.push(text)
    } catch (thrown) {
      if (thrown instanceof FsError) throw new CommandError(`Cannot open \`${path}' (${errnoText(thrown)}).`)
      throw thrown
    }
    groups.push(names)
  }
  return operands.length > 0 ? [...groups, [...operands]] : groups
}

async function file(tool: Tool): Promise<number> {
  const { options, out, call } = tool
  const groups = await namesOf(tool)
  if (groups.length === 0) {
    await call.stderr.write('Usage: file [-bEhiLNprsS0v] [--mime-encoding] [--mime-type] [-F <separator>] [-f <namefile>] <file> ...\n')
    return 1
  }
  const separator = options.value('separator') ?? ':'
  const nul = options.has('print0') ? '\0' : ''
  for (const names of groups) {
    const labels = names.map((name) => (name === '-' ? '/dev/stdin' : name))
    const width = options.has('no-pad') ? 0 : Math.max(0, ...labels.map((label) => textColumns(label)))
    for (const [i, name] of names.entries()) {
      const label = labels[i] ?? name
      const lead = options.has('brief') ? '' : `${label}${nul}${separator}${' '.repeat(Math.max(0, width - textColumns(label)))} `
      const answer = await askedOrMissing(tool, name)
      out.putText(`${lead}${typeof answer === 'string' ? answer : shown(tool, answer)}\n`)
      if (typeof answer === 'string') return 1
      await out.settle()
      call.tick()
    }
  }
  return 0
}

/** Tells what files are. */
export const fileCommand = textTool({
  name: 'file',
  summary: 'tells what files are by what is in them',
  usage: '[OPTION...] [FILE...]',
  agrees: 'file 5.44',
  shape: {
    options: [
      { key: 'brief', short: 'b', long: ['brief'] },
      { key: 'checking', short: 'c', long: ['checking-printout'], missing: true },
      { key: 'compile', short: 'C', long: ['compile'], missing: true },
      { key: 'debug', short: 'd', long: ['debug'], missing: true },
      { key: 'error', short: 'E' },
      { key: 'exclude', short: 'e', long: ['exclude', 'exclude-quiet'], value: 'required', missing: true },
      { key: 'extension', long: ['extension'], missing: true },
      { key: 'apple', long: ['apple'], missing: true },
      { key: 'files-from', short: 'f', long: ['files-from'], value: 'required' },
      { key: 'separator', short: 'F', long: ['separator'], value: 'required' },
      { key: 'no-dereference', short: 'h', long: ['no-dereference'] },
      { key: 'mime', short: 'i', long: ['mime'] },
      { key: 'mime-type', long: ['mime-type'] },
      { key: 'mime-encoding', long: ['mime-encoding'] },
      { key: 'keep-going', short: 'k', long: ['keep-going'], missing: true },
      { key: 'list', short: 'l', long: ['list'], missing: true },
      { key: 'dereference', short: 'L', long: ['dereference'] },
      { key: 'magic', short: 'm', long: ['magic-file'], value: 'required', missing: true },
      { key: 'no-pad', short: 'N', long: ['no-pad'] },
      { key: 'no-buffer', short: 'n', long: ['no-buffer'] },
      { key: 'preserve-date', short: 'p', long: ['preserve-date'] },
      { key: 'parameter', short: 'P', long: ['parameter'], value: 'required', missing: true },
      { key: 'raw', short: 'r', long: ['raw'] },
      { key: 'special', short: 's', long: ['special-files'] },
      { key: 'no-sandbox', short: 'S', long: ['no-sandbox'] },
      { key: '--version', short: 'v' },
      { key: 'uncompress', short: 'z', long: ['uncompress'], missing: true },
      { key: 'uncompress-only', short: 'Z', long: ['uncompress-noreport'], missing: true },
      { key: 'print0', short: '0', long: ['print0'] },
    ],
  },
  run: file,
})
