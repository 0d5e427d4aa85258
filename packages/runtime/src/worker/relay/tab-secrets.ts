import { isJsonObject, type Hash, type Json, type SessionId } from '@tabwright/protocol'
import { canaryOf } from '../../core/canary'
import { pathClass } from '../../core/gate/path-class'
import { createDetector, secretsOfFile, type Secret } from '../../core/gate/secrets'
import type { SessionStore } from '../../io/session-store'
import { createCleaner, hiddenOf } from '../../portable/clean-text'

/** What cleaning takes from outside. */
export interface CleaningPorts {
  readonly store: () => Promise<Pick<SessionStore, 'files' | 'loadBlob'>>
  readonly hash: Hash
}

/** Larger ones are no files of keys. */
const MOST_SECRET_FILE = 64 * 1024

/**
 * Takes secrets out of what goes to another program: those of files that hold some now, the decoy, and keys of known makers. A secret that
 * only an older version of a file held is known by its shape alone. Names of fields are looked through as values are.
 */
export async function secretsOut(session: SessionId, { store: open, hash }: CleaningPorts): Promise<<T>(value: T) => T> {
  const store = await open()
  const secrets: Secret[] = [canaryOf(hash, session)]
  for (const { path, size, mode, hash: content } of await store.files(session)) {
    const isRead = size <= MOST_SECRET_FILE && (mode === 'file' || mode === 'executable')
    if (!isRead || pathClass(`/workspace/${path}`) !== 'secret-file') continue
    secrets.push(...secretsOfFile(path, new TextDecoder().decode(await store.loadBlob(content))))
  }
  const { clean } = createCleaner(secrets.map(hiddenOf), createDetector(secrets))
  const cleanedOne = (_: string, one: Json): Json => {
    if (typeof one === 'string') return clean(one)
    return isJsonObject(one) ? Object.fromEntries(Object.entries(one).map(([key, value]) => [clean(key), value])) : one
  }
  return <T>(value: T): T => {
    const cleaned: T = JSON.parse(JSON.stringify(value), cleanedOne)
    return cleaned
  }
}
