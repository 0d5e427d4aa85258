import { failureOf, isJsonObject, sessionId, type Clock, type Hash, type Json, type SessionId } from '@tabwright/protocol'
import type { SessionCatalogue } from '../io/catalogue-idb'
import type { SessionRecord } from '../io/session-record'
import type { MirrorPlace } from '../portable/mirror-place'
import { mirrorSeal, type MirrorKey } from '../portable/mirror-seal'
import { createUploader, type Uploader } from '../portable/mirror-upload'

/** What is remembered of the mirror, for every tab and the next visit: how far it is, and which sessions are in it. */
export interface MirrorNote {
  /** The database in which the mirror was turned on: one that the browser emptied is another one. */
  readonly born: string
  /** Wall clock when it last had everything. */
  readonly at: number | null
  /** Why it has not. */
  readonly problem: string | null
  readonly sessions: { readonly [session: string]: { readonly head: number; readonly title: string; readonly version: number } }
}

const SETTING = 'mirror'
const BORN = 'mirror-born'

/** Begins a mirror of this database. */
export async function beginNote(catalogue: SessionCatalogue, born: string): Promise<void> {
  await catalogue.saveSetting(BORN, born)
  await catalogue.saveSetting(SETTING, { born, at: null, problem: null, sessions: {} } satisfies MirrorNote)
}

/** The note as it was written last; an empty one before that. */
export async function readNote(catalogue: SessionCatalogue): Promise<MirrorNote> {
  const stored = await catalogue.readSetting(SETTING)
  const { born, at, problem, sessions } = isJsonObject(stored) ? stored : {}
  return {
    born: typeof born === 'string' ? born : '',
    at: typeof at === 'number' ? at : null,
    problem: typeof problem === 'string' ? problem : null,
    sessions: isJsonObject(sessions) ? Object.fromEntries(Object.entries(sessions).flatMap(noted)) : {},
  }
}

/**
 * The note of the mirror that is on. A round of the mirror before it, still under way when this one was turned on, may have written its own
 * note last: that one says nothing of this mirror.
 */
async function presentNote(catalogue: SessionCatalogue): Promise<MirrorNote> {
  const [note, born] = [await readNote(catalogue), await catalogue.readSetting(BORN)]
  return typeof born === 'string' && born !== note.born ? { born, at: null, problem: null, sessions: {} } : note
}

function noted([session, value]: readonly [string, Json]): readonly [string, MirrorNote['sessions'][string]][] {
  const { head, title, version } = isJsonObject(value) ? value : {}
  return typeof head === 'number' && typeof title === 'string' && typeof version === 'number' ? [[session, { head, title, version }]] : []
}

/** What a round takes from outside. */
export interface RoundOptions {
  readonly place: MirrorPlace
  readonly catalogue: () => Promise<SessionCatalogue>
  readonly clock: Pick<Clock, 'now'>
  readonly hash: Hash
}

/** Brings the place up to date with this browser. */
export interface Rounds {
  /** One look at every session. What goes wrong is noted and tried again in the next round. */
  next(key: MirrorKey): Promise<void>
  /** Deletes at the place what this browser mirrored there. @throws FailureError `offline` */
  erase(key: MirrorKey | undefined): Promise<void>
}

/** Rounds that remember what the place has from one to the next. */
export function createRounds(options: RoundOptions): Rounds {
  let uploads: { readonly key: MirrorKey; readonly uploader: Uploader } | undefined
  const uploaderOf = async (key: MirrorKey): Promise<Uploader> => {
    // A key from the database is another object each time; what it names is the same for one key only.
    const mark = await markOf(key)
    if (!uploads || (await markOf(uploads.key)) !== mark) {
      const { images } = await options.catalogue()
      uploads = { key, uploader: createUploader({ ...options, store: images, key }) }
    }
    return uploads.uploader
  }
  return {
    async next(key) {
      const catalogue = await options.catalogue()
      const note = await presentNote(catalogue)
      const at = options.clock.now()
      const done = await lookAtAll({ note, key, uploader: await uploaderOf(key), catalogue, place: options.place })
      // What is reported as mirrored was so when the round began.
      await catalogue.saveSetting(SETTING, { ...done, born: note.born, at: done.problem === null ? at : note.at })
    },
    async erase(key) {
      if (!key) return
      const { sessions } = await readNote(await options.catalogue())
      for (const session of Object.keys(sessions)) await options.place.remove((await mirrorSeal(key, sessionId(session))).name)
    },
  }
}

const MARK = sessionId('mark-of-the-key')

async function markOf(key: MirrorKey): Promise<string> {
  return (await mirrorSeal(key, MARK)).name
}

interface Look {
  readonly note: MirrorNote
  readonly key: MirrorKey
  readonly uploader: Uploader
  readonly catalogue: SessionCatalogue
  readonly place: MirrorPlace
}

async function lookAtAll({ note, key, uploader, catalogue, place }: Look): Promise<Omit<MirrorNote, 'at' | 'born'>> {
  const sessions = new Map(Object.entries(note.sessions))
  const problems: string[] = []
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      problems.push(failureOf(error).message)
    }
  }
  await attempt(async () => {
    const there = new Map((await place.list()).map(({ session, version }) => [session, version]))
    const records = await catalogue.images.list()
    for (const record of records) {
      if (record.deletedAt !== undefined || record.imported) continue
      await attempt(() => lookAt(record, { sessions, there, key, uploader }))
    }
    // Read after the rows. What is not among them was deleted by the person, unless the browser removed everything.
    if ((await catalogue.readSetting(BORN)) !== note.born) return void problems.push(REMOVED)
    const known = new Set<SessionId>(records.map(({ id }) => id))
    for (const session of [...sessions.keys()].map(sessionId)) {
      if (known.has(session)) continue
      await attempt(async () => {
        await place.remove((await mirrorSeal(key, session)).name)
        sessions.delete(session)
      })
    }
  })
  return { problem: problems[0] ?? null, sessions: Object.fromEntries(sessions) }
}

const REMOVED = 'This browser removed its sessions. The mirror still has them: restore them with the recovery code, then turn it on again.'

interface Knowledge extends Pick<Look, 'key' | 'uploader'> {
  readonly sessions: Map<string, MirrorNote['sessions'][string]>
  readonly there: ReadonlyMap<string, number>
}

async function lookAt({ id, head, title }: SessionRecord, { sessions, there, key, uploader }: Knowledge): Promise<void> {
  const noted = sessions.get(id)
  const isThere = noted !== undefined && there.get((await mirrorSeal(key, id)).name) === noted.version
  if (isThere && noted.head === head && noted.title === title) return
  const { head: mirrored, title: mirroredTitle, version } = await uploader.sync(id, { isGone: noted !== undefined && !isThere })
  sessions.set(id, { head: mirrored, title: mirroredTitle, version })
}
