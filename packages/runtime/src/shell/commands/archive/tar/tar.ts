import { errnoText } from '../../../tree/errno-text'
import { FsError } from '../../../tree/fs-error'
import type { Input, Output } from '../../../streams/stream'
import { joined } from '../../../text'
import type { FileNode } from '../../../tree/tree-node'
import { CommandError, NotImplemented, type Command } from '../../command'
import { lookFor } from '../../files/look'
import { BadOption } from '../../options'
import { curly } from '../../text/quotes'
import { textTool, usageError, type Tool } from '../../text/tool'
import { ByteReader } from '../byte-reader'
import { BadBzip2, unpackedBzip2 } from '../bzip2/bzip2-unpack'
import { inputFrom } from '../channel'
import { BadGzip, flawWords, isGzipAhead, readMember } from '../gzip-data'
import { TarPacker } from './tar-create'
import { compareMember } from './tar-diff'
import { TarUnpacker } from './tar-extract'
import { fatal, tarOf, trouble, warn, type Tar } from './tar-how'
import { listed } from './tar-list'
import { named } from './tar-names'
import { newStyle, TAR_OPTIONS } from './tar-options'
import { CutArchive, TarReader, type TarMember } from './tar-reader'
import { TarSink } from './tar-sink'

/** The program that packs fails with its own words, and tar with it. */
class ChildFailed extends Error {}

function opened(tar: Tar): Input {
  const { call } = tar.tool
  if (tar.archive === '-') {
    if (call.file(0)?.isTerminal) return fatal('Refusing to read archive contents from terminal (missing -f option?)')
    return call.stdin
  }
  if (lookFor(call, tar.archive)?.type === 'folder')
    return fatal(`${named(tar.archive)}: Cannot read: Is a directory\ntar: At beginning of tape, quitting now`)
  try {
    return call.open(tar.archive)
  } catch (thrown) {
    if (thrown instanceof FsError) return fatal(`${named(tar.archive)}: Cannot open: ${errnoText(thrown)}`)
    throw thrown
  }
}

const PACKED: readonly (readonly [magic: readonly number[], name: string, option: string])[] = [
  [[0x42, 0x5a, 0x68], 'bzip2', '-j'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz', '-J'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd', '--zstd'],
  [[0x1f, 0x9d], 'compress', '-Z'],
  [[0x4c, 0x5a, 0x49, 0x50], 'lzip', '--lzip'],
]

/** The archive's own bytes, unpacked where they are packed. */
async function unpacked(tar: Tar): Promise<ByteReader> {
  const { call } = tar.tool
  const raw = new ByteReader(opened(tar), () => call.tick())
  await raw.want(6)
  const starts = (magic: readonly number[]): boolean => magic.every((byte, i) => raw.chunk[raw.at + i] === byte)
  const isGzip = await isGzipAhead(raw)
  const isBzip2 = starts([0x42, 0x5a, 0x68])
  if (tar.compression === 'bzip2' || (isBzip2 && tar.compression === undefined && tar.archive !== '-'))
    return new ByteReader(
      inputFrom((write) => bunzip2(tar, raw, write)),
      () => call.tick(),
    )
  if (tar.compression === undefined && !isGzip) {
    const found = PACKED.find(([magic]) => starts(magic))
    if (found !== undefined && tar.archive === '-') fatal(`Archive is compressed. Use ${found[2]} option`)
    if (found !== undefined) throw new NotImplemented(`reading what ${found[1]} packed`)
    return raw
  }
  if (tar.compression === undefined && tar.archive === '-') fatal('Archive is compressed. Use -z option')
  return new ByteReader(
    inputFrom((write) => gunzip(tar, raw, write)),
    () => call.tick(),
  )
}

async function bunzip2(tar: Tar, raw: ByteReader, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const parts: Uint8Array[] = []
  for (let part = await raw.some(65_536); part.length > 0; part = await raw.some(65_536)) parts.push(part.slice())
  try {
    for (const block of unpackedBzip2(joined(parts), () => tar.tool.call.tick())) await write(block)
  } catch (thrown) {
    if (!(thrown instanceof BadBzip2)) throw thrown
    await tar.tool.out.flush()
    const words = { strange: '(stdin) is not a bzip2 file.', short: 'Compressed file ends unexpectedly', damaged: 'Data integrity error' }
    await tar.tool.call.stderr.write(`bzip2: ${words[thrown.kind]}\n`)
    throw new ChildFailed()
  }
}

async function gunzip(tar: Tar, raw: ByteReader, write: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  try {
    do await readMember(raw, write)
    while (await isGzipAhead(raw))
  } catch (thrown) {
    if (!(thrown instanceof BadGzip)) throw thrown
    await tar.tool.out.flush()
    await tar.tool.call.stderr.write(`\ngzip: stdin: ${flawWords(thrown, raw)}\n`)
    throw new ChildFailed()
  }
}

/** Goes through the archive and does with each member that is wanted what is to be done. */
async function read(tar: Tar): Promise<void> {
  const { tool } = tar
  const bytes = await unpacked(tar)
  const reader = new TarReader(
    bytes,
    { told: (message, isTrouble) => (isTrouble ? trouble(tar, message) : warn(tar, message)) },
    tool.options.has('ignore-zeros'),
  )
  const unpacker = new TarUnpacker(tar, reader)
  await globHint(tar)
  let isCut = false
  try {
    await eachMember(tar, reader, unpacker)
    // The packing program is heard to its end.
    while ((await bytes.some(65_536)).length > 0) tool.call.tick()
  } catch (thrown) {
    if (thrown instanceof ChildFailed) {
      unpacker.finish()
      fatal('Child returned status 1')
    }
    if (!(thrown instanceof CutArchive)) throw thrown
    isCut = true
  }
  unpacker.finish()
  if (isCut) fatal('Unexpected EOF in archive')
  if (bytes.taken === 0) await trouble(tar, 'This does not look like a tar archive')
  for (const { name, count } of tar.wanted) if (count < (tar.occurrence ?? 1)) await notFound(tar, name)
  if (tool.options.has('totals')) await totals(tar, 'read', bytes.taken)
}

async function notFound(tar: Tar, name: string): Promise<void> {
  await trouble(
    tar,
    tar.occurrence === undefined ? `${named(name)}: Not found in archive` : `${named(name)}: Required occurrence not found in archive`,
  )
}

async function globHint(tar: Tar): Promise<void> {
  const { options } = tar.tool
  if (options.last('wildcards', 'no-wildcards') !== undefined || !tar.wanted.some(({ name }) => /[*?[]/.test(name))) return
  await warn(tar, 'Pattern matching characters used in file names')
  await warn(tar, 'Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning')
}

async function eachMember(tar: Tar, reader: TarReader, unpacker: TarUnpacker): Promise<void> {
  const { mode, wanted, occurrence } = tar
  for (let member = await reader.next(); member !== undefined; member = await reader.next()) {
    tar.tool.call.tick()
    const { name } = member
    const bare = name.replace(/(?<=.)\/+$/, '')
    const found = wanted.find(({ matches }) => matches(bare))
    if (wanted.length > 0 && found === undefined) continue
    if (tar.isExcluded(bare) || tar.isExcluded(name)) continue
    if (tar.newer !== undefined && member.mtime * 1000 < tar.newer.ms) continue
    if (found !== undefined) found.count += 1
    if (occurrence !== undefined && found !== undefined && found.count !== occurrence) continue
    const folder = found?.folder ?? tar.folder
    unpacker.enter(folder)
    if (mode === 'extract') await unpacker.take(member, folder)
    else if (mode === 'diff') await compareMember(tar, member, { reader, folder })
    else await list(tar, member, unpacker)
    if (occurrence !== undefined && wanted.length > 0 && wanted.every(({ count }) => count >= occurrence)) return
  }
}

async function list(tar: Tar, member: TarMember, unpacker: TarUnpacker): Promise<void> {
  // What would be done to its name is told even here.
  const target = await unpacker.targetOf(member, '/')
  await listed(tar, member, tar.tool.options.has('show-transformed-names') ? (target?.name ?? '') : member.name)
}

async function totals({ tool }: Tar, what: string, bytes: number): Promise<void> {
  const size = human(bytes)
  await tool.out.flush()
  await tool.call.stderr.write(`Total bytes ${what}: ${bytes} (${size}B, ${size}B/s)\n`)
}

function human(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi']
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${value < 10 && unit > 0 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${units[unit] ?? ''}`
}

/** The archive as what is written. */
function made(tar: Tar): Output {
  const { call } = tar.tool
  if (tar.archive === '-') {
    if (call.file(1)?.isTerminal) return fatal('Refusing to write archive contents to terminal (missing -f option?)')
    return call.stdout
  }
  try {
    const output = call.create(tar.archive)
    const node = lookFor(call, tar.archive)?.node
    tar.archiveNode = node?.type === 'file' ? node : undefined
    return output
  } catch (thrown) {
    if (thrown instanceof FsError) return fatal(`${named(tar.archive)}: Cannot open: ${errnoText(thrown)}`)
    throw thrown
  }
}

async function pack(tar: Tar, sink: TarSink, known: ReadonlyMap<string, number>): Promise<void> {
  const { tool } = tar
  const packer = new TarPacker(tar, sink)
  for (const [name, time] of known) packer.known.set(name, time)
  try {
    await packer.run()
    await sink.finish()
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    fatal(`${named(tar.archive)}: Cannot write: ${errnoText(thrown)}`)
  }
  if (tool.options.has('remove-files')) await packer.removeFiles()
  if (tool.options.has('totals')) await totals(tar, 'written', sink.total)
}

async function create(tar: Tar): Promise<void> {
  const { options } = tar.tool
  if (tar.wanted.length === 0 && !options.has('files-from')) return usageError('Cowardly refusing to create an empty archive', 2)
  await uselessOptions(tar)
  const sink = new TarSink(made(tar), { record: tar.record, packing: tar.compression })
  return pack(tar, sink, new Map())
}

const POSITIONAL: ReadonlySet<string> = new Set([
  'exclude',
  'exclude-from',
  ...['anchored', 'wildcards', 'ignore-case', 'wildcards-match-slash', 'recursion'].flatMap((key) => [key, `no-${key}`]),
])

/** Options about names that stand behind them all change nothing. */
async function uselessOptions(tar: Tar): Promise<void> {
  const { found } = tar.tool.options
  const last = found.findLastIndex(({ key }) => key === 'operand' || key === 'files-from' || key === 'add-file')
  const late = found.slice(last + 1).filter(({ key }) => POSITIONAL.has(key))
  if (late.length === 0) return
  await trouble(
    tar,
    'The following options were used after any non-optional arguments in archive create or update mode.  These options are positional and affect only arguments that follow them.  Please, rearrange them properly.',
  )
  for (const { key, value } of late) await trouble(tar, `--${key}${value === undefined ? '' : ` ${curly(value)}`} has no effect`)
}

async function isPackedAhead(bytes: ByteReader): Promise<boolean> {
  if (await isGzipAhead(bytes)) return true
  return (await bytes.want(6)) && PACKED.some(([magic]) => magic.every((byte, i) => bytes.chunk[bytes.at + i] === byte))
}

/** Puts more behind what is in the archive. */
async function append(tar: Tar): Promise<void> {
  const { call } = tar.tool
  if (tar.compression !== undefined) fatal('Cannot update compressed archives')
  if (tar.archive === '-') throw new NotImplemented('adding to an archive on standard input')
  const there = lookFor(call, tar.archive)
  const known = new Map<string, number>()
  if (there?.node?.type !== 'file') return pack(tar, new TarSink(made(tar), { record: tar.record }), known)
  const bytes = new ByteReader(opened(tar), () => call.tick())
  if (await isPackedAhead(bytes)) fatal('Cannot update compressed archives')
  const reader = new TarReader(bytes, { told: (message) => trouble(tar, message) }, false)
  for (let member = await reader.next(); member !== undefined; member = await reader.next()) {
    known.set(member.name, Math.max(member.mtime, known.get(member.name) ?? -Infinity))
    call.tick()
  }
  tar.archiveNode = there.node
  return pack(tar, new TarSink(behind(tar, there.node, reader.end), { record: tar.record, before: reader.end }), known)
}

/** Takes members out of the archive. */
async function remove(tar: Tar): Promise<void> {
  const { call } = tar.tool
  if (tar.compression !== undefined) fatal('Cannot update compressed archives')
  if (tar.archive === '-') throw new NotImplemented('taking members out of standard input')
  const bytes = new ByteReader(opened(tar), () => call.tick())
  if (await isPackedAhead(bytes)) fatal('Cannot update compressed archives')
  const node = lookFor(call, tar.archive)?.node
  const reader = new TarReader(bytes, { told: (message) => trouble(tar, message) }, false)
  const gone: { readonly from: number; readonly to: number }[] = []
  for (let member = await reader.next(); member !== undefined;) {
    call.tick()
    const from = reader.end
    const bare = member.name.replace(/(?<=.)\/+$/, '')
    const found = tar.wanted.find(({ matches }) => matches(bare))
    member = await reader.next()
    if (found === undefined) continue
    found.count += 1
    gone.push({ from, to: reader.end })
  }
  for (const { name, count } of tar.wanted) if (count === 0) await notFound(tar, name)
  if (node?.type === 'file' && gone.length > 0) await rewrite(tar, node, { gone, end: reader.end })
}

async function rewrite(
  tar: Tar,
  node: FileNode,
  { gone, end }: { gone: readonly { from: number; to: number }[]; end: number },
): Promise<void> {
  const old = node.bytes
  const sink = new TarSink(behind(tar, node, 0), { record: tar.record })
  let at = 0
  for (const { from, to } of [...gone, { from: end, to: end }]) {
    if (from > at) await sink.write(old.subarray(at, from))
    at = to
  }
  await sink.finish()
}

/** Writes behind a place of the archive; the rest of it goes. */
function behind({ tool }: Tar, node: FileNode, at: number): Output {
  const { tree } = tool.call.system
  tree.truncate(node, at)
  return {
    write: (data) => {
      if (typeof data !== 'string') tree.writeAt(node, node.bytes.length, data)
      return Promise.resolve()
    },
    close: () => undefined,
  }
}

async function run(tool: Tool): Promise<number> {
  const tar = await tarOf(tool)
  if (tar.mode === 'create') await create(tar)
  else if (tar.mode === 'append' || tar.mode === 'update') await append(tar)
  else if (tar.mode === 'delete') await remove(tar)
  else await read(tar)
  if (tar.code === 2) await warn(tar, 'Exiting with failure status due to previous errors')
  return tar.code
}

const tool = textTool({
  name: 'tar',
  summary: 'packs files into an archive, lists it and unpacks it',
  usage: '[OPTION...] [FILE]...',
  agrees: 'GNU tar 1.34',
  before: newStyle,
  shape: { usageCode: 64, operandKey: 'operand', options: TAR_OPTIONS },
  run,
})

/** Packs files into one. */
export const tarCommand: Command = {
  ...tool,
  run: async (call) => {
    try {
      return await tool.run(call)
    } catch (thrown) {
      if (!(thrown instanceof BadOption)) throw thrown
      throw new CommandError(`${thrown.message}\nTry 'tar --help' or 'tar --usage' for more information.`, thrown.code)
    }
  },
}
