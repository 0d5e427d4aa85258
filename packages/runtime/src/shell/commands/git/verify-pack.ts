import { gitArgs } from './args'
import { GitError } from './git-error'
import type { Git } from './git-call'
import { oidOf, sha1Hex, toHex } from './oid'
import { PackFile, type PackedEntry } from './pack-file'

/** `git verify-pack`. */
export async function verifyPack(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'v,verbose s,stat-only object-format=')
  let code = 0
  for (const word of args.words) {
    const base = word.replace(/\.(idx|pack)$/, '')
    const entries = await checkedPack(git, base)
    if (entries === undefined) {
      await git.say(`${base}.pack: bad\n`)
      code = 1
      continue
    }
    if (!args.has('verbose') && !args.has('stat-only')) continue
    if (!args.has('stat-only')) git.print(entries.map(entryLine).join(''))
    git.print(chainLines(entries))
    if (!args.has('stat-only')) git.print(`${base}.pack: ok\n`)
  }
  return code
}

/** Every object of a pack, read and compared with its name; undefined where one is damaged. */
async function checkedPack(git: Git, base: string): Promise<readonly PackedEntry[] | undefined> {
  const bytes = (end: string): Uint8Array => {
    const node = git.files.find(git.call.at(base + end))
    if (node?.type === 'file') return node.bytes
    throw new GitError(`Cannot open existing pack file '${base}.idx'`, { code: 1 })
  }
  const [index, pack] = [bytes('.idx'), bytes('.pack')]
  const file = new PackFile(base, index, () => pack)
  if (sha1Hex(pack.subarray(0, -20)) !== toHex(pack.subarray(-20))) return undefined
  const { objects } = git.repo
  const entries = file.entries()
  for (const { oid, offset } of entries) {
    const { type, bytes: whole } = file.read(offset, (other) => objects.read(other))
    if (oidOf(type, whole) !== oid) return undefined
    await git.breathe()
  }
  return entries
}

function entryLine({ oid, type, size, packed, offset, depth, base }: PackedEntry): string {
  return `${oid} ${type.padEnd(6)} ${size} ${packed} ${offset}${base === undefined ? '' : ` ${depth} ${base}`}\n`
}

function chainLines(entries: readonly PackedEntry[]): string {
  const many = (count: number): string => `${count} object${count === 1 ? '' : 's'}`
  const whole = entries.filter(({ depth }) => depth === 0).length
  const deepest = Math.max(0, ...entries.map(({ depth }) => depth))
  let out = whole > 0 ? `non delta: ${many(whole)}\n` : ''
  for (let depth = 1; depth <= deepest; depth++) {
    const count = entries.filter((one) => one.depth === depth).length
    if (count > 0) out += `chain length = ${depth}: ${many(count)}\n`
  }
  return out
}
