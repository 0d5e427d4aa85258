import { isJsonObject, type Json, type SessionId } from '@tabwright/protocol'
import type { Database } from './database'
import { DEMO_RULES, hasProjectRules, projectKey, projectOf } from './rules-idb'

/** A row to be written with the link, in the same transaction; undefined: the session stays what it is. */
export interface ProjectRow {
  readonly key: string
  readonly value: Json
}

/**
 * Two sessions that are linked to one folder of the disk are one project: the later one takes on the project of the earlier. Not a session with
 * rules of its own, which would lose what they deny; and linked to another folder it is no part of that project any more.
 */
export async function projectByFolder(
  database: Database,
  session: SessionId,
  handle: FileSystemDirectoryHandle,
): Promise<ProjectRow | undefined> {
  const key = projectKey(session)
  const value = await database.run(async (db) => (await db.get('settings', key))?.value)
  const isByFolder = !(value instanceof Uint8Array) && isJsonObject(value) && value['by'] === 'folder'
  if (value !== undefined && !isByFolder) return undefined
  if (await hasProjectRules(database, session)) return undefined
  const project = await projectAt(database, session, handle)
  if (project !== undefined) return { key, value: { project, by: 'folder' } }
  return isByFolder ? { key, value: { project: session, by: 'folder' } } : undefined
}

/** The project of the oldest other session that is linked to this folder. */
async function projectAt(database: Database, session: SessionId, handle: FileSystemDirectoryHandle): Promise<string | undefined> {
  const rows = await database.run((db) => db.getAll('folders'))
  for (const row of rows) {
    // Asked of the handle that the person just gave: those that are kept may be of folders that are gone.
    if (row.session === session || !(await handle.isSameEntry(row.handle))) continue
    const project = await projectOf(database, row.session)
    // The demo's rules are for what every demo begins with.
    if (project !== DEMO_RULES) return project
  }
  return undefined
}
