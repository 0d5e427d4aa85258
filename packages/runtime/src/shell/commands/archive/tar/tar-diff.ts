import { FsError } from '../../../tree/fs-error'
import { errnoText } from '../../../tree/errno-text'
import { joinPath, lookAt, USER, type Look } from '../../files/look'
import { listed } from './tar-list'
import type { Tar } from './tar-how'
import { escaped, named, unsafePrefix } from './tar-names'
import type { TarMember, TarReader } from './tar-reader'

const TYPES: Readonly<Record<string, Look['type']>> = { '0': 'file', '2': 'link', '5': 'folder', '6': 'pipe', '3': 'device', '4': 'device' }

/** Tells what of a member is not as it is in the folder. */
export async function compareMember(tar: Tar, member: TarMember, { reader, folder }: { reader: TarReader; folder: string }): Promise<void> {
  const { tool } = tar
  await listed(tar, member, member.name)
  const name = tool.options.has('absolute-names') ? member.name : member.name.slice(unsafePrefix(member.name).length)
  const shown = escaped(name.replace(/(?<=.)\/$/, ''))
  const differs = (what: string): void => {
    tool.out.putText(`${escaped(name)}: ${what}\n`)
    tar.code = Math.max(tar.code, 1)
  }
  const lookOf = async (path: string): Promise<Look | undefined> => {
    try {
      return lookAt(tool.call, path.startsWith('/') ? path : joinPath(folder, path), tool.options.has('dereference'))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await tool.out.flush()
      await tool.call.stderr.write(`${tool.call.name}: ${named(shown)}: Warning: Cannot stat: ${errnoText(thrown)}\n`)
      tar.code = Math.max(tar.code, 1)
      return undefined
    }
  }
  const look = await lookOf(name.replace(/(?<=.)\/$/, ''))
  if (look === undefined) return
  if (member.kind === '1') {
    const other = await lookOf(member.link)
    if (other !== undefined && other.node !== look.node) differs(`Not linked to ${escaped(member.link)}`)
    return
  }
  const kind = member.kind === '0' && member.name.endsWith('/') ? '5' : member.kind
  if (look.type !== (TYPES[kind] ?? 'file')) return differs('File type differs')
  if (kind === '2') {
    if (look.target !== member.link) differs('Symlink differs')
    return
  }
  if ((look.mode & 0o7777) !== member.mode) differs('Mode differs')
  if (kind === '5') return
  if (member.uid !== USER.id) differs('Uid differs')
  if (member.gid !== USER.id) differs('Gid differs')
  if (Math.floor(look.mtime / 1000) !== Math.floor(member.mtime)) differs('Mod time differs')
  if (look.size !== member.size) return differs('Size differs')
  if (!(await isSame(member, { reader, look }))) differs('Contents differ')
}

async function isSame(member: TarMember, { reader, look }: { readonly reader: TarReader; readonly look: Look }): Promise<boolean> {
  const bytes = look.node?.type === 'file' ? look.node.bytes : new Uint8Array()
  const pieces = member.pieces ?? [{ at: 0, length: member.stored }]
  let part: Uint8Array = new Uint8Array()
  let end = 0
  for (const { at, length } of pieces) {
    if (bytes.subarray(end, at).some((byte) => byte !== 0)) return false
    for (let done = 0; done < length;) {
      if (part.length === 0) part = await reader.data()
      if (part.length === 0) return false
      const some = part.subarray(0, length - done)
      const from = at + done
      if (some.some((byte, i) => byte !== bytes[from + i])) return false
      done += some.length
      part = part.subarray(some.length)
    }
    end = at + length
  }
  return !bytes.subarray(end).some((byte) => byte !== 0)
}
