import { DIRECTORY_LIMITS, type DirectoryChange, type WorkspaceDraft } from '@tabwright/protocol'
import { base64Of } from './base64'

/** In calls of their own: what a relay's frame holds. Contents are read here, when they are sent. */
export async function packed(draft: WorkspaceDraft, changes: readonly DirectoryChange[]): Promise<readonly DirectoryChange[][]> {
  const packs: DirectoryChange[][] = []
  let pack: DirectoryChange[] = []
  let room: number = DIRECTORY_LIMITS.pack
  const put = (change: DirectoryChange, size: number): void => {
    const whole = size + ROW + change.path.length
    if (pack.length > 0 && (whole > room || pack.length >= DIRECTORY_LIMITS.page)) {
      packs.push(pack)
      pack = []
      room = DIRECTORY_LIMITS.pack
    }
    pack.push(change)
    room -= whole
  }
  for (const change of changes) {
    const bytes = change.type === 'file' ? await draft.read(change.path) : new Uint8Array()
    if (change.type !== 'file') put(change, 0)
    else if (bytes.length <= DIRECTORY_LIMITS.pack) put({ ...change, bytes: base64Of(bytes) }, bytes.length)
    else {
      for (let at = 0; at < bytes.length; at += DIRECTORY_LIMITS.pack) {
        const piece = bytes.subarray(at, at + DIRECTORY_LIMITS.pack)
        put({ type: 'part', path: change.path, bytes: base64Of(piece), isFirst: at === 0 }, piece.length)
      }
      put({ ...change, hasParts: true }, 0)
    }
  }
  return pack.length > 0 ? [...packs, pack] : packs
}

/** Of a call's room for what stands around the bytes. */
const ROW = 300
