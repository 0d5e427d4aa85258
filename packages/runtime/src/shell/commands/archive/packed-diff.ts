import type { Call, Command } from '../command'
import { lookFor } from '../files/look'

/** What unpacks to standard output, and passes what is not packed. */
export type Packer = 'gzip' | 'bzip2'

/** The name of a file before it was packed; undefined: nothing that is packed has this name. */
function unpackedName(file: string): string | undefined {
  const [, name, ending] = /^(.+?)(\.gz|\.Z|\.bz2|\.t(?:gz|bz2?))$/.exec(file) ?? []
  return name === undefined ? undefined : ending?.startsWith('.t') ? `${name}.tar` : name
}

const isPacked = (file: string): boolean => file === '-' || unpackedName(file) !== undefined

/** The script that compares `$1` and `$2`; what follows them goes to the tool. */
function scriptFor(tool: string, packer: Packer, [one, two]: readonly [string, string]): string {
  const unpacked = (file: string, at: number): string => `${packer} -cdfq${file === '-' ? '' : ` -- "$${at}"`}`
  const [left, right] = [unpacked(one, 1), unpacked(two, 2)]
  const compare = `${tool} "\${@:3}"`
  if (!isPacked(one) && !isPacked(two)) return `${compare} "$1" "$2"`
  if (!isPacked(one)) return `${right} | ${compare} "$1" -`
  if (!isPacked(two)) return `${left} | ${compare} - "$2"`
  if (one === '-') return `${left} | ${compare} - <(${right})`
  // As the real ones do it, because the tool may name the two.
  return `exec 5< <(${left}); ${right} | ${compare} /dev/fd/5 -`
}

function packedTool(name: string, packer: Packer, tool: 'diff' | 'cmp'): Command {
  return { name, summary: `compares what is in files that ${packer} packed`, run: (call) => compared(call, packer, tool) }
}

async function compared(call: Call, packer: Packer, tool: 'diff' | 'cmp'): Promise<number> {
  const complain = async (words: string): Promise<number> => {
    await call.stderr.write(`${call.name}: ${words}\n`)
    return 2
  }
  const options = call.args.filter((word) => word.startsWith('-') && word !== '-')
  const [one, two = one && unpackedName(one), more] = call.args.filter((word) => !options.includes(word))
  if (one === undefined) return complain('missing operand')
  if (two === undefined || more !== undefined) return complain(`cannot tell what to compare with ${more ?? one}`)
  for (const file of [one, two])
    if (file !== '-' && lookFor(call, file) === undefined) return complain(`${file}: No such file or directory`)
  return call.exec([scriptFor(tool, packer, [one, two]), call.name, one, two, ...options], { isScript: true })
}

/** Compare packed files. */
export const packedDiffCommands: readonly Command[] = [
  packedTool('zdiff', 'gzip', 'diff'),
  packedTool('zcmp', 'gzip', 'cmp'),
  packedTool('bzdiff', 'bzip2', 'diff'),
  packedTool('bzcmp', 'bzip2', 'cmp'),
]
