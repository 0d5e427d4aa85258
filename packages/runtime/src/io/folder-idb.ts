import type { BlobHash, SessionEventMap, SessionId } from '@tabwright/protocol'
import { sessionRange, writing, type Database } from './database'
import { projectByFolder } from './folder-project'

/** The folder of the person's disk that a session is linked to. */
export interface FolderLink {
  readonly name: string
  readonly handle: FileSystemDirectoryHandle
}

/** What a file of the folder was when it was last read or written. */
export interface KeptFile {
  readonly hash: BlobHash
  readonly size: number
  readonly lastModified: number
}

/** Files whose writing began, with what is to be in them. */
export type BegunFiles = SessionEventMap['folder.started']['files']

/** A session's link to a folder, kept beside the log: a fork, an archive and the mirror are without it. */
export interface KeptFolder {
  read(): Promise<FolderLink | undefined>
  /** What the folder's files were, by path. */
  files(): Promise<ReadonlyMap<string, KeptFile>>
  /** Takes the place of the link and of the files that are there, whole or not at all. */
  link(link: FolderLink, files: ReadonlyMap<string, KeptFile>): Promise<void>
  /** What was being written when a page died; undefined: nothing. */
  begun(): Promise<BegunFiles | undefined>
  /** Durable before the first of these is touched; undefined: all is written down that came of them. */
  begin(files: BegunFiles | undefined): Promise<void>
  /** What files are now; undefined: not there any more. */
  note(files: ReadonlyMap<string, KeptFile | undefined>): Promise<void>
}

export function folderIdb(database: Database, session: SessionId): KeptFolder {
  return {
    read: async () => {
      const row = await database.run((handle) => handle.get('folders', session))
      return row && { name: row.name, handle: row.handle }
    },
    begun: async () => (await database.run((handle) => handle.get('folders', session)))?.begun,
    begin: (files) =>
      database.run(async (handle) => {
        const tx = handle.transaction('folders', 'readwrite', { durability: 'strict' })
        const row = await tx.store.get(session)
        if (row === undefined) return
        const { begun: _, ...rest } = row
        await writing(tx, async (keep) => keep(tx.store.put(files === undefined ? rest : { ...rest, begun: files })))
      }),
    files: async () => {
      const rows = await database.run((handle) => handle.getAll('folderFiles', sessionRange(session)))
      return new Map(rows.map(({ path, hash, size, lastModified }) => [path, { hash, size, lastModified }]))
    },
    link: async (link, files) => {
      const project = await projectByFolder(database, session, link.handle)
      await database.run(async (handle) => {
        const tx = handle.transaction(['folders', 'folderFiles', 'settings'], 'readwrite', { durability: 'strict' })
        await writing(tx, async (keep) => {
          const rows = tx.objectStore('folderFiles')
          keep(rows.delete(sessionRange(session)))
          keep(tx.objectStore('folders').put({ session, name: link.name, handle: link.handle }))
          for (const [path, file] of files) keep(rows.put({ session, path, ...file }))
          if (project) keep(tx.objectStore('settings').put({ ...project }))
        })
      })
    },
    note: (files) =>
      database.run(async (handle) => {
        if (files.size === 0) return
        const tx = handle.transaction('folderFiles', 'readwrite', { durability: 'relaxed' })
        await writing(tx, async (keep) => {
          for (const [path, file] of files) keep(file ? tx.store.put({ session, path, ...file }) : tx.store.delete([session, path]))
        })
      }),
  }
}
