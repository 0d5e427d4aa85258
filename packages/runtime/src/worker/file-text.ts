import { fail, type BlobHash } from '@tabwright/protocol'
import type { FileText } from '../client/api'
import { textOf } from '../workspace/bytes'
import type { Parts } from './compose'

/** Larger files are not opened in an editor. */
const MAX_EDITED = 5_000_000

/** A file as an editor takes it. */
export async function fileText(parts: Pick<Parts, 'workspace'>, path: string): Promise<FileText> {
  const entry = parts.workspace.stat(path)
  if (!entry) return fail('not_found', `There is no ${path} in the workspace any more.`)
  return contentText(parts, entry.hash, entry.version)
}

async function contentText(parts: Pick<Parts, 'workspace'>, hash: BlobHash, version: number): Promise<FileText> {
  return contentOfBytes(await parts.workspace.blob(hash), version)
}

/** Larger ones are not shown as pictures. */
const MAX_SHOWN = 20_000_000

/** A content as it is. @throws FailureError `too_large` */
export async function rawContent(parts: Pick<Parts, 'workspace'>, hash: BlobHash): Promise<Uint8Array> {
  const bytes = await parts.workspace.blob(hash)
  return bytes.length <= MAX_SHOWN ? bytes : fail('too_large', `It has ${Math.round(bytes.length / 1e6)} MB; up to 20 MB are shown.`)
}

/** Content as an editor takes it. */
export function contentOfBytes(bytes: Uint8Array, version: number): FileText {
  if (bytes.length > MAX_EDITED) return { type: 'large', size: bytes.length, version }
  const text = textOf(bytes)
  return text === undefined ? { type: 'binary', size: bytes.length, version } : { type: 'text', text, version }
}
