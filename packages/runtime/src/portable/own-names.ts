import type { FileEntry } from '@tabwright/protocol'
import { folding } from './archive-read'

/** Those files that can stand in an archive under their own name: no folders, and no two that are one name on some disks. */
export function ownNames<File extends Pick<FileEntry, 'path' | 'mode'>>(files: readonly File[]): readonly File[] {
  const names = new Map<string, number>()
  for (const { path } of files) names.set(folding(path), (names.get(folding(path)) ?? 0) + 1)
  return files.filter(({ path, mode }) => mode !== 'folder' && names.get(folding(path)) === 1)
}
