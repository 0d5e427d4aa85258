import type { BlobHash } from '@tabwright/protocol'
import type { BegunFiles } from '../../io/folder-idb'
import type { LeftOut } from '../project-import/project-file'
import { hashOfFile, type DiskFolder } from './disk-folder'
import type { WrittenPlan } from './write-plan'

/** Chromium writes beside the file and puts that in its place at the end; what dies in between leaves it there. */
export const BESIDE = '.crswap'

const NOT_DONE = 'was not done: the page was closed in the middle'

/** What came of a writing whose end nobody saw, as the disk has it now. What the browser left beside a file is removed. */
export async function brokenOff(
  files: BegunFiles,
  { disk, blob }: { readonly disk: DiskFolder; readonly blob: (hash: BlobHash) => Promise<Uint8Array> },
): Promise<WrittenPlan> {
  const failed: LeftOut[] = []
  let [written, removed] = [0, 0]
  for (const { path, hash } of files) {
    if (hash !== null) await clearBeside(disk, path, () => blob(hash))
    const look = await disk.look(path)
    const there = look.type === 'file' ? await hashOfFile(look.file) : null
    if (there !== hash) failed.push({ path, why: NOT_DONE })
    else if (hash !== null) written += 1
    else {
      await disk.removeEmptyAbove(path)
      removed += 1
    }
  }
  return { written, removed, failed }
}

/** Only what is the beginning of the content that was on its way: nothing else is ours. */
async function clearBeside(disk: DiskFolder, path: string, wanted: () => Promise<Uint8Array>): Promise<void> {
  const look = await disk.look(path + BESIDE)
  if (look.type !== 'file') return
  const bytes = await wanted()
  if (look.file.size > bytes.length) return
  const left = new Uint8Array(await look.file.arrayBuffer())
  if (left.every((byte, at) => byte === bytes[at])) await disk.remove(path + BESIDE)
}
