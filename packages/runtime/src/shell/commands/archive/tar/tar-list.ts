import { momentOfMs, strftime } from '../../dates/strftime'
import { permissions } from '../../files/look'
import type { TarHeader } from './tar-header'
import type { Tar } from './tar-how'
import { escaped } from './tar-names'

const LETTERS: Readonly<Record<string, string>> = { '0': '-', '1': 'h', '2': 'l', '3': 'c', '4': 'b', '5': 'd', '6': 'p', V: 'V', M: 'M' }

/** The widest owner and size so far: columns only grow. */
const widths = new WeakMap<Tar, number>()

/** Tells of a member as `-v` and `-t` ask: its name, or the whole line. */
export async function listed(tar: Tar, member: TarHeader, name: string): Promise<void> {
  const { verbosity, tool } = tar
  if (verbosity === 0) return
  const text = verbosity === 1 ? `${escaped(name)}\n` : longLine(tar, member, name)
  const isAside = tool.options.has('to-stdout') || (tar.archive === '-' && (tar.mode === 'create' || tar.mode === 'append'))
  if (isAside) await tool.call.stderr.write(text)
  else {
    tool.out.putText(text)
    await tool.out.settle()
  }
}

function longLine(tar: Tar, member: TarHeader, name: string): string {
  const { options } = tar.tool
  const isNumeric = options.has('numeric-owner')
  const user = isNumeric || member.user === '' ? `${member.uid}` : member.user
  const group = isNumeric || member.group === '' ? `${member.gid}` : member.group
  const isDevice = member.kind === '3' || member.kind === '4'
  const size = isDevice ? `${member.major},${member.minor}` : `${member.size}`
  const pad = user.length + 1 + group.length + 1 + size.length
  const width = Math.max(widths.get(tar) ?? 19, pad)
  widths.set(tar, width)
  const moment = momentOfMs(member.mtime * 1000)
  const isWhole = Number.isInteger(member.mtime)
  const date = options.has('full-time')
    ? strftime(isWhole ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M:%S.%N', moment, tar.zone)
    : strftime('%Y-%m-%d %H:%M', moment, tar.zone)
  const isFolder = member.kind === '5' || (member.kind === '0' && name.endsWith('/'))
  const letter = isFolder ? 'd' : (LETTERS[member.kind] ?? '?')
  const link = member.kind === '2' ? ` -> ${escaped(member.link)}` : member.kind === '1' ? ` link to ${escaped(member.link)}` : ''
  const kind = letter === '?' ? ` unknown file type ‘${escaped(member.kind)}’` : link
  return `${letter}${permissions(member.mode)} ${user}/${group} ${size.padStart(width - pad + size.length)} ${date} ${escaped(name)}${kind}\n`
}
