import type { FileEntry, SessionId } from '@tabwright/protocol'
import { sessionRange, type Keep, type WriteTx } from './database'
import type { FileRecord } from './database-schema'

/** From so many files on one record for all is cheaper than one for each: a request costs what writing a hundred names does. */
export const MANY_FILES = 200

/** A transaction that may read the files of sessions. */
export interface FilesTx {
  objectStore(name: 'files'): { getAll(range: IDBKeyRange): Promise<readonly FileRecord[]> }
}

/** The files of a session by path, as they were committed last: its list, and over it what changed one by one since. */
export async function readFiles(tx: FilesTx, session: SessionId): Promise<Map<string, FileEntry>> {
  const files = new Map<string, FileEntry>()
  // The list comes first: no path is empty.
  for (const row of await tx.objectStore('files').getAll(sessionRange(session))) {
    if ('list' in row) for (const entry of listed(row.list)) files.set(entry.path, entry)
    else if ('gone' in row) files.delete(row.path)
    else files.set(row.path, entryOf(row))
  }
  return files
}

/** Files by path, in order. */
export function inOrder(files: ReadonlyMap<string, FileEntry>): readonly FileEntry[] {
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** One file as it is now, or `null` where none is any more. Nothing has to be read for it. */
export function fileRow(session: SessionId, path: string, entry: FileEntry | null): FileRecord {
  return entry ? { session, ...entry } : { session, path, gone: true }
}

/** Puts the whole list in the place of whatever said where the files of the session were. */
export function writeList(tx: WriteTx, { session, files }: { session: SessionId; files: Iterable<FileEntry> }, keep: Keep): void {
  const store = tx.objectStore('files')
  keep(store.delete(sessionRange(session)))
  keep(store.put({ session, path: '', list: JSON.stringify([...files]) }))
}

function listed(text: string): readonly FileEntry[] {
  return JSON.parse(text)
}

function entryOf({ path, hash, size, mode, mtime, version, permissions }: FileEntry): FileEntry {
  return { path, hash, size, mode, mtime, version, ...(permissions !== undefined && { permissions }) }
}
