import { errnoText } from '../../../tree/errno-text'
import { FsError } from '../../../tree/fs-error'
import { readAll } from '../../../streams/stream'
import type { Command } from '../../command'
import { lookFor } from '../../files/look'
import type { OptionSpec } from '../../options'
import { textTool, type Tool } from '../../text/tool'
import { Bzip2Packer } from './bzip2-pack'
import { BadBzip2, unpackedBzip2 } from './bzip2-unpack'

interface Bzip2 extends Tool {
  readonly mode: 'pack' | 'unpack' | 'test'
  readonly toOutput: boolean
  readonly level: number
  code: number
}

/** Packed names, and what they are called unpacked. */
const SUFFIXES: readonly (readonly [packed: string, plain: string])[] = [
  ['.bz2', ''],
  ['.bz', ''],
  ['.tbz2', '.tar'],
  ['.tbz', '.tar'],
]

const OPTIONS: readonly OptionSpec[] = [
  { key: 'unpack', short: 'd', long: ['decompress'] },
  { key: 'pack', short: 'z', long: ['compress'] },
  { key: 'test', short: 't', long: ['test'] },
  { key: 'stdout', short: 'c', long: ['stdout'] },
  { key: 'force', short: 'f', long: ['force'] },
  { key: 'keep', short: 'k', long: ['keep'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'small', short: 's', long: ['small'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: '--version', short: 'VL', long: ['license'] },
  { key: '--help', short: 'h' },
  ...Array.from({ length: 9 }, (_, i): OptionSpec => {
    const long = i === 0 ? ['fast'] : i === 8 ? ['best'] : []
    return { key: `${i + 1}`, short: `${i + 1}`, long }
  }),
]

async function fail(run: Bzip2, message: string, code = 1): Promise<void> {
  run.code = Math.max(run.code, code)
  await run.out.flush()
  await run.call.stderr.write(`${run.call.name}: ${message}\n`)
}

/** Packs or unpacks. What comes out goes to `put`; nothing where it is only tested. */
async function turn(run: Bzip2, bytes: Uint8Array, put: (part: Uint8Array) => Promise<void>): Promise<void> {
  const tick = (): void => run.call.tick()
  if (run.mode === 'pack') {
    const packer = new Bzip2Packer(run.level, tick)
    for (let at = 0; at < bytes.length; at += 65_536) {
      tick()
      await put(packer.push(bytes.subarray(at, at + 65_536)))
    }
    await put(packer.end())
    return
  }
  for (const part of unpackedBzip2(bytes, tick)) if (run.mode === 'unpack') await put(part)
}

/** False: what was read is not whole, and was told. */
async function turned(
  run: Bzip2,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  put: (part: Uint8Array) => Promise<void>,
): Promise<boolean> {
  try {
    await turn(run, bytes, put)
    return true
  } catch (thrown) {
    if (!(thrown instanceof BadBzip2)) throw thrown
    if (thrown.kind === 'strange') {
      // `bzcat -f` hands on what is not packed.
      if (run.options.has('force') && run.toOutput && run.mode === 'unpack') {
        await put(bytes)
        return true
      }
      await fail(run, `${name} is not a bzip2 file.`, 2)
    } else if (thrown.kind === 'short')
      await fail(run, `Compressed file ends unexpectedly;\n\tperhaps it is corrupted?  *Possible* reason follows.`, 2)
    else
      await fail(
        run,
        `Data integrity error when decompressing.\n\tInput file = ${name}, output file = ${run.toOutput ? '(stdout)' : name}`,
        2,
      )
    return false
  }
}

async function verbose(run: Bzip2, name: string, [size, packed]: readonly [number, number]): Promise<void> {
  if (!run.options.has('verbose')) return
  const words =
    run.mode !== 'pack'
      ? `${run.mode === 'test' ? 'ok' : 'done'}\n`
      : size === 0
        ? ' no data compressed.\n'
        : `${(size / packed).toFixed(3).padStart(6)}:1, ${((8 * packed) / size).toFixed(3).padStart(6)} bits/byte, ${(100 * (1 - packed / size)).toFixed(2).padStart(5)}% saved, ${size} in, ${packed} out.\n`
  await run.call.stderr.write(`  ${name}: ${words}`)
}

function targetOf(run: Bzip2, name: string): { readonly path: string; readonly isGuessed: boolean } {
  if (run.mode === 'pack') return { path: `${name}.bz2`, isGuessed: false }
  const found = SUFFIXES.find(([packed]) => name.endsWith(packed))
  return found === undefined
    ? { path: `${name}.out`, isGuessed: true }
    : { path: name.slice(0, name.length - found[0].length) + found[1], isGuessed: false }
}

async function oneFile(run: Bzip2, name: string): Promise<void> {
  const { call, options, mode } = run
  const look = lookFor(call, name)
  if (look === undefined) return fail(run, `Can't open input file ${name}: No such file or directory.`)
  if (look.type === 'folder') return fail(run, `Input file ${name} is a directory.`)
  const packed = SUFFIXES.find(([suffix]) => name.endsWith(suffix))
  if (mode === 'pack' && !run.toOutput && packed !== undefined) return fail(run, `Input file ${name} already has ${packed[0]} suffix.`)
  const { path, isGuessed } = targetOf(run, name)
  const makesFile = !run.toOutput && mode !== 'test'
  if (makesFile && isGuessed && !options.has('quiet'))
    await call.stderr.write(`${call.name}: Can't guess original name for ${name} -- using ${path}\n`)
  if (makesFile && lookFor(call, path, false) !== undefined && !options.has('force'))
    return fail(run, `Output file ${path} already exists.`)
  const bytes = await readAll(call.open(name))
  const parts: Uint8Array[] = []
  let size = 0
  const isWhole = await turned(run, { name, bytes }, async (part) => {
    size += part.length
    if (run.toOutput) await call.stdout.write(part)
    else if (makesFile) parts.push(part.slice())
  })
  if (!isWhole) return undefined
  await verbose(run, name, [bytes.length, size])
  if (!makesFile) return undefined
  const output = call.create(path)
  for (const part of parts) await output.write(part)
  output.close()
  const { tree } = call.system
  tree.chmod(call.at(path), look.mode & 0o7777)
  tree.utimes(call.at(path), look.mtime)
  if (!options.has('keep')) tree.rm(call.at(name))
  return undefined
}

async function bzip2(tool: Tool, own: 'pack' | 'unpack' | 'cat'): Promise<number> {
  const { options, operands, call } = tool
  const asked = options.last('unpack', 'pack', 'test')
  const mode = asked === 'pack' || asked === 'unpack' || asked === 'test' ? asked : own === 'pack' ? 'pack' : 'unpack'
  const level = options.found.findLast(({ key }) => /^[1-9]$/.test(key))?.key ?? '9'
  const run: Bzip2 = {
    ...tool,
    mode,
    toOutput: own === 'cat' || options.has('stdout') || operands.length === 0,
    level: Number(level),
    code: 0,
  }
  if (operands.length === 0) await turned(run, { name: '(stdin)', bytes: await readAll(call.stdin) }, (part) => call.stdout.write(part))
  for (const name of operands) {
    try {
      await oneFile(run, name)
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await fail(run, `Can't open input file ${name}: ${errnoText(thrown)}.`)
    }
  }
  return run.code
}

function bzip2As(name: string, summary: string, own: 'pack' | 'unpack' | 'cat'): Command {
  return textTool({
    name,
    summary,
    usage: '[OPTION]... [FILE]...',
    agrees: 'bzip2 1.0.8',
    shape: { options: OPTIONS },
    run: (tool) => bzip2(tool, own),
  })
}

/** Packing by sorted blocks, and back. */
export const bzip2Commands: readonly Command[] = [
  bzip2As('bzip2', 'packs files, or unpacks them with -d, by sorted blocks', 'pack'),
  bzip2As('bunzip2', 'unpacks what bzip2 packed', 'unpack'),
  bzip2As('bzcat', 'writes what bzip2 packed', 'cat'),
]
