import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import type { Output } from '../../streams/stream'
import type { Call, Command } from '../command'
import { lookAt, lookFor, namesIn, type Look } from '../files/look'
import { BadOption, type OptionSpec } from '../options'
import { zoneOf } from '../dates/zones'
import { textTool, type Tool } from '../text/tool'
import { ByteReader } from './byte-reader'
import { listHead, listLine, ratio, type ListedFile } from './gzip-list'
import type { Level } from './deflate'
import { BadGzip, flawWords, isGzipAhead, readMember, writeMember, type GzipMember } from './gzip-data'

/** Everything that one run knows. gzip calls itself gzip, whatever the name that it was run by. */
interface Gzip extends Tool {
  readonly mode: 'pack' | 'unpack' | 'test' | 'list'
  readonly toOutput: boolean
  readonly suffix: string
  readonly isForced: boolean
  readonly isQuiet: boolean
  readonly isVerbose: boolean
  code: number
  readonly totals: { packed: number; size: number; count: number; header: number }
}

const SUFFIXES = ['.gz', '.z', '-gz', '-z', '_z', '.Z'] as const
const WARNING = 2

const OPTIONS: readonly OptionSpec[] = [
  { key: 'ascii', short: 'a', long: ['ascii'] },
  { key: 'stdout', short: 'c', long: ['stdout', 'to-stdout'] },
  { key: 'unpack', short: 'd', long: ['decompress', 'uncompress'] },
  { key: 'force', short: 'f', long: ['force'] },
  { key: 'keep', short: 'k', long: ['keep'] },
  { key: 'list', short: 'l', long: ['list'] },
  { key: 'license', short: 'L', long: ['license'], missing: true },
  { key: 'no-name', short: 'n', long: ['no-name'] },
  { key: 'name', short: 'N', long: ['name'] },
  { key: 'quiet', short: 'q', long: ['quiet', 'silent'] },
  { key: 'recursive', short: 'r', long: ['recursive'] },
  { key: 'rsyncable', long: ['rsyncable'], missing: true },
  { key: 'suffix', short: 'S', long: ['suffix'], value: 'required' },
  { key: 'synchronous', long: ['synchronous'] },
  { key: 'test', short: 't', long: ['test'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: '--version', short: 'V' },
  { key: '--help', short: 'h' },
  ...Array.from({ length: 9 }, (_, index): OptionSpec => {
    const long = index === 0 ? ['fast'] : index === 8 ? ['best'] : []
    return { key: `${index + 1}`, short: `${index + 1}`, long }
  }),
]

function gzipAs(name: string, summary: string, before: readonly string[]): Command {
  const command = textTool({
    name,
    summary,
    usage: '[OPTION]... [FILE]...',
    agrees: 'gzip 1.12',
    shape: { options: OPTIONS },
    before: (args) => [...before, ...args],
    run,
  })
  return { ...command, run: (call) => command.run(call).catch((thrown: unknown) => usage(call, thrown)) }
}

/** Usage is told in gzip's own manner, and by one name. */
async function usage(call: Call, thrown: unknown): Promise<number> {
  if (!(thrown instanceof BadOption)) throw thrown
  await call.stderr.write(`gzip: ${thrown.message}\nTry \`gzip --help' for more information.\n`)
  return thrown.code
}

/** Packs files. */
export const gzipCommand: Command = gzipAs('gzip', 'packs files, and unpacks them with -d', [])
/** Unpacks files. */
export const gunzipCommand: Command = gzipAs('gunzip', 'unpacks files that gzip packed', ['-d'])
/** Shows what is in packed files. */
export const zcatCommand: Command = gzipAs('zcat', 'writes what is in files that gzip packed', ['-cd'])

async function run(tool: Tool): Promise<number> {
  const { options, operands, call } = tool
  const mode = options.has('list') ? 'list' : options.has('test') ? 'test' : options.has('unpack') ? 'unpack' : 'pack'
  const gzip: Gzip = {
    ...tool,
    mode,
    toOutput: options.has('stdout'),
    suffix: options.value('suffix') ?? '.gz',
    isForced: options.has('force'),
    isQuiet: options.has('quiet'),
    isVerbose: options.has('verbose') && !options.has('quiet'),
    code: 0,
    totals: { packed: 0, size: 0, count: 0, header: 0 },
  }
  for (const name of operands.length === 0 ? ['-'] : operands) {
    if (name === '-') await standard(gzip)
    else await operand(gzip, name)
    call.tick()
  }
  if (mode === 'list' && gzip.totals.count > 1 && !gzip.isQuiet) listed(gzip, '(totals)', gzip.totals)
  return gzip.code
}

async function complain(gzip: Gzip, message: string, code = 1): Promise<void> {
  await gzip.out.flush()
  if (!(code === WARNING && gzip.isQuiet))
    await gzip.call.stderr.write(message.startsWith('\n') ? `\ngzip: ${message.slice(1)}\n` : `gzip: ${message}\n`)
  if (gzip.code === 0 || code === 1) gzip.code = code
}

const levelOf = ({ options }: Gzip): Level => {
  const digit = options.last('1', '2', '3', '4', '5', '6', '7', '8', '9')
  return LEVELS.find((level) => `${level}` === digit) ?? 6
}
const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const

async function standard(gzip: Gzip): Promise<void> {
  const { call, mode, isForced } = gzip
  const descriptor = mode === 'pack' ? 1 : 0
  if (mode !== 'list' && !isForced && call.file(descriptor)?.isTerminal) {
    const what = mode === 'pack' ? 'not written to' : 'not read from'
    const verb = mode === 'pack' ? '' : 'de'
    return complain(gzip, `compressed data ${what} a terminal. Use -f to force ${verb}compression.\nFor help, type: gzip -h`)
  }
  if (mode === 'pack') {
    const packed = await writeMember((max) => call.stdin.read(max), sinkOf(call.stdout), {
      level: levelOf(gzip),
      name: undefined,
      mtime: timeOfInput(gzip),
    })
    if (gzip.isVerbose) await say(gzip, ` ${ratio(packed.size - (packed.packed - packed.header), packed.size)}\n`)
    return undefined
  }
  const reader = new ByteReader(call.stdin, () => call.tick())
  const done = await unpackAll(gzip, { reader, name: 'stdin' }, mode === 'unpack' ? sinkOf(call.stdout) : NOWHERE)
  if (mode === 'list' && done !== undefined) listed(gzip, 'stdout', { ...done, ms: call.file(0)?.node?.mtime ?? call.system.clock.now() })
}

/** A file on standard input gives its time, though not its name. */
function timeOfInput({ call, options }: Gzip): number {
  const node = call.file(0)?.node
  return node === undefined || options.last('name', 'no-name') === 'no-name' ? 0 : Math.floor(node.mtime / 1000)
}

const NOWHERE = (): Promise<void> => Promise.resolve()
const sinkOf = (output: Output) => (bytes: Uint8Array) => output.write(bytes)

async function say({ out, call }: Gzip, text: string): Promise<void> {
  await out.flush()
  await call.stderr.write(text)
}

async function operand(gzip: Gzip, given: string): Promise<void> {
  const { call, mode, options } = gzip
  const found = find(gzip, given)
  if (typeof found === 'string') return complain(gzip, found)
  const { name, look } = found
  if (look.type === 'folder') {
    if (!options.has('recursive')) return complain(gzip, `${name} is a directory -- ignored`, WARNING)
    for (const inner of namesIn(call, name)) await operand(gzip, `${name.replace(/\/$/, '')}/${inner}`)
    return undefined
  }
  if (look.type !== 'file' && !gzip.toOutput && !gzip.isForced)
    return complain(gzip, `${name} is not a directory or a regular file - ignored`, WARNING)
  const isAside = mode === 'test' || mode === 'list'
  const target = gzip.toOutput || isAside ? undefined : targetOf(gzip, name)
  if (target !== undefined && 'flaw' in target) {
    if (target.flaw !== '' && target.isFine) await say(gzip, `gzip: ${target.flaw}\n`)
    else if (target.flaw !== '') await complain(gzip, target.flaw, WARNING)
    return undefined
  }
  try {
    if (mode === 'pack') await packFile(gzip, { name, look, to: target?.path })
    else await unpackFile(gzip, { name, look, to: target?.path })
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await complain(gzip, `${name}: ${errnoText(thrown)}`)
  }
  call.tick()
}

interface Found {
  readonly name: string
  readonly look: Look
}

/** What is unpacked may be named without its suffix. */
function find({ call, mode, suffix, toOutput, isForced }: Gzip, name: string): Found | string {
  const look = (at: string): Look | undefined => lookFor(call, at)
  const isAside = toOutput || isForced || mode === 'test' || mode === 'list'
  if (look(name) !== undefined) return checked(call, name, isAside)
  if (mode === 'pack' || suffixIn(name, suffix) !== undefined) return missing(call, name)
  for (const end of [suffix, '.gz', '.z', '-z', '.Z']) if (look(name + end) !== undefined) return checked(call, name + end, isAside)
  return missing(call, name + suffix)
}

/** A link is followed only where the file stays. */
function checked(call: Call, name: string, isAside: boolean): Found | string {
  const own = lookAt(call, name, false)
  // The words of the file that may not be opened.
  if (own.type === 'link' && !isAside) return `${name}: Too many levels of symbolic links`
  return { name, look: lookAt(call, name) }
}

function missing(call: Call, name: string): string {
  try {
    lookAt(call, name)
    return `${name}: No such file or directory`
  } catch (thrown) {
    if (thrown instanceof FsError) return `${name}: ${errnoText(thrown)}`
    throw thrown
  }
}

function suffixIn(name: string, own: string): string | undefined {
  return [own, ...SUFFIXES].find(
    (end) => name.length > end.length && name.toLowerCase().endsWith(end.toLowerCase()) && !name.endsWith(`/${end}`),
  )
}

type Target = { readonly path: string } | { readonly flaw: string; readonly isFine?: true }

/** `flaw` is empty where nothing is said of it. */
function targetOf({ mode, suffix, options, isForced, isVerbose, isQuiet }: Gzip, name: string): Target {
  const isSilent = !isVerbose && (options.has('recursive') || isQuiet)
  if (mode === 'pack') {
    const has = suffixIn(name, suffix)
    if (has === undefined || isForced) return { path: name + suffix }
    // Told, and no warning to the exit code.
    return { isFine: true, flaw: isSilent ? '' : `${name} already has ${name.slice(-has.length)} suffix -- unchanged` }
  }
  if (/\.t[ag]z$/.test(name)) return { path: name.replace(/\.t[ag]z$/, '.tar') }
  const has = suffixIn(name, suffix)
  if (has === undefined) return { flaw: isSilent ? '' : `${name}: unknown suffix -- ignored` }
  return { path: name.slice(0, -has.length) }
}

interface Work extends Found {
  readonly to: string | undefined
}

/** What is in the way is replaced only when asked. False: it was told and nothing is done. */
async function isFree(gzip: Gzip, to: string): Promise<boolean> {
  const { call, isForced } = gzip
  if (lookFor(call, to, false) === undefined) return true
  if (isForced) {
    call.system.tree.unlink(call.at(to))
    return true
  }
  await complain(gzip, `${to} already exists;\tnot overwritten`, WARNING)
  return false
}

async function packFile(gzip: Gzip, { name, look, to }: Work): Promise<void> {
  const { call, options } = gzip
  if (to !== undefined && !(await isFree(gzip, to))) return
  const input = call.open(name)
  const output = to === undefined ? call.stdout : call.create(to)
  const isNamed = !options.has('no-name') || options.last('name', 'no-name') === 'name'
  const packed = await writeMember((max) => (call.tick(), input.read(max)), sinkOf(output), {
    level: levelOf(gzip),
    name: isNamed ? name.slice(name.lastIndexOf('/') + 1) : undefined,
    mtime: isNamed ? Math.floor(look.mtime / 1000) : 0,
  })
  input.close()
  if (to !== undefined) {
    output.close()
    finish(gzip, { name, look, to })
  }
  if (gzip.isVerbose) await say(gzip, `${name}:\t${ratio(packed.size - (packed.packed - packed.header), packed.size)}${became(gzip, to)}\n`)
}

function became({ options }: Gzip, to: string | undefined): string {
  if (to === undefined) return ''
  return ` -- ${options.has('keep') ? 'created' : 'replaced with'} ${to}`
}

/** The new file is as the old one was, which goes. */
function finish({ call, options }: Gzip, { name, look, to }: Work & { to: string }, mtime = look.mtime): void {
  const { tree } = call.system
  tree.chmod(call.at(to), look.mode)
  tree.utimes(call.at(to), mtime, { atime: look.atime })
  if (!options.has('keep')) tree.unlink(call.at(name))
}

async function unpackFile(gzip: Gzip, { name, look, to: usual }: Work): Promise<void> {
  const { call, mode, options } = gzip
  const input = call.open(name)
  const reader = new ByteReader(input, () => call.tick())
  if (mode === 'unpack' && usual === undefined) {
    await unpackAll(gzip, { reader, name }, sinkOf(call.stdout))
    return input.close()
  }
  if (mode !== 'unpack' || usual === undefined) {
    const done = await unpackAll(gzip, { reader, name }, NOWHERE)
    input.close()
    if (done === undefined) return undefined
    if (mode === 'list') listed(gzip, targetName(gzip, name), { ...done, ms: look.mtime })
    else if (gzip.isVerbose) await say(gzip, `${name}:\t OK\n`)
    return undefined
  }
  if (!(await isGzipAhead(reader))) return complain(gzip, `\n${name}: ${reader.left < 2 ? 'unexpected end of file' : 'not in gzip format'}`)
  const to = usual
  if (!(await isFree(gzip, to))) return undefined
  const output = call.create(to)
  const done = await unpackAll(gzip, { reader, name }, sinkOf(output))
  input.close()
  if (done === undefined) {
    output.close()
    call.system.tree.unlink(call.at(to))
    return undefined
  }
  const isTimed = options.last('name', 'no-name') === 'name' && done.mtime > 0
  output.close()
  finish(gzip, { name, look, to }, isTimed ? done.mtime * 1000 : look.mtime)
  const named = options.last('name', 'no-name') === 'name' && done.name !== undefined ? renamed(gzip, to, done.name) : to
  if (gzip.isVerbose) await say(gzip, `${name}:\t${ratio(done.size - (done.packed - done.header), done.size)}${became(gzip, named)}\n`)
}

/** The name that is kept inside is only a name: it leads nowhere else. */
function renamed({ call }: Gzip, to: string, name: string): string {
  const path = to.slice(0, to.lastIndexOf('/') + 1) + name.slice(name.lastIndexOf('/') + 1)
  if (path !== to) call.system.tree.rename(call.at(to), call.at(path))
  return path
}

function targetName(gzip: Gzip, name: string): string {
  const target = targetOf(gzip, name)
  return 'path' in target ? target.path : name
}

interface Unpacked {
  readonly packed: number
  readonly size: number
  readonly header: number
  readonly crc: number
  readonly name: string | undefined
  readonly mtime: number
}

/** Where packed bytes come from, and what that is called. */
interface Source {
  readonly reader: ByteReader
  readonly name: string
}

/** All members, one after the other. Undefined: it was told why not. */
async function unpackAll(gzip: Gzip, { reader, name }: Source, write: (bytes: Uint8Array) => Promise<void>): Promise<Unpacked | undefined> {
  const members: GzipMember[] = []
  if (gzip.mode === 'unpack' && gzip.toOutput && gzip.isForced && !(await isGzipAhead(reader))) return asItIs(reader, write)
  try {
    do members.push(await readMember(reader, write))
    while (await isGzipAhead(reader))
  } catch (thrown) {
    if (!(thrown instanceof BadGzip)) throw thrown
    await complain(gzip, `\n${name}: ${flawWords(thrown, reader)}`)
    return undefined
  }
  if (await hasGarbage(reader)) await complain(gzip, `\n${name}: decompression OK, trailing garbage ignored`, WARNING)
  const [first] = members
  return {
    packed: members.reduce((sum, member) => sum + member.packed, 0),
    // A list tells of the last member only, as the real tool does.
    size: gzip.mode === 'list' ? (members.at(-1)?.size ?? 0) : members.reduce((sum, member) => sum + member.size, 0),
    header: members.length > 1 ? 0 : (first?.header.size ?? 0) + 8,
    crc: members.at(-1)?.crc ?? 0,
    name: first?.header.name,
    mtime: first?.header.mtime ?? 0,
  }
}

async function asItIs(reader: ByteReader, write: (bytes: Uint8Array) => Promise<void>): Promise<Unpacked> {
  let size = 0
  for (let part = await reader.some(65_536); part.length > 0; part = await reader.some(65_536)) {
    size += part.length
    await write(part)
  }
  return { packed: size, size, header: 0, crc: 0, name: undefined, mtime: 0 }
}

/** Zeros behind the data are what a tape leaves. */
async function hasGarbage(reader: ByteReader): Promise<boolean> {
  for (let part = await reader.some(65_536); part.length > 0; part = await reader.some(65_536))
    if (part.some((byte) => byte !== 0)) return true
  return false
}

function listed(gzip: Gzip, name: string, file: ListedFile): void {
  const { out, totals, call } = gzip
  if (totals.count === 0 && !gzip.isQuiet) out.putText(listHead(gzip.isVerbose))
  out.putText(listLine(name, file, gzip.isVerbose ? zoneOf(call.env.get('TZ')) : undefined))
  totals.packed += file.packed
  totals.size += file.size
  totals.count += 1
  // The share of all takes the head of the last file off.
  totals.header = file.header ?? 0
}
