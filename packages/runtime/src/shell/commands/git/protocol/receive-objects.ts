import { GitError } from '../git-error'
import type { ObjectStore } from '../object-store'
import { PackFile } from '../pack-file'
import { indexPack } from './index-pack'
import { objectsBetween } from './object-walk'

/** Below so many objects are kept as files of their own, as git does. */
const UNPACK_LIMIT = 100

/** What is received and what it must be good for. */
export interface Received {
  readonly pack: Uint8Array
  /** Objects that everything must be there of. */
  readonly wants: readonly string[]
  /** Of what is here for certain. */
  readonly haves: readonly string[]
  /** Commits that come without their parents, and those whose parents come at last. */
  readonly shallow: { readonly added: readonly string[]; readonly gone: readonly string[] }
  readonly url: string
  step(): Promise<void>
  tick(): void
}

/**
 * Keeps the objects of a pack once all of them are checked and nothing is missing of what they name.
 * @returns how many came
 * @throws GitError, and then nothing was kept
 */
export async function receiveObjects(objects: ObjectStore, received: Received): Promise<number> {
  const indexed = await indexPack(received.pack, () => received.step())
  const undo = indexed.oids.length < UNPACK_LIMIT ? await unpackLoose(objects, indexed, () => received.step()) : keepPack(objects, indexed)
  const before = objects.shallow
  const { added, gone } = received.shallow
  const isLimited = added.length + gone.length > 0
  try {
    if (isLimited) objects.setShallow(new Set([...[...before].filter((oid) => !gone.includes(oid)), ...added]))
    checkConnected(objects, received)
  } catch (thrown) {
    undo()
    if (isLimited) objects.setShallow(before)
    throw thrown
  }
  return indexed.oids.length
}

function keepPack(objects: ObjectStore, indexed: Awaited<ReturnType<typeof indexPack>>): () => void {
  if (objects.packs.some(({ name }) => name === `pack-${indexed.name}.idx`)) return () => undefined
  objects.addPack(indexed)
  return () => objects.removePack(indexed.name)
}

async function unpackLoose(
  objects: ObjectStore,
  { index, pack, oids }: Awaited<ReturnType<typeof indexPack>>,
  step: () => Promise<void>,
): Promise<() => void> {
  const file = new PackFile('received', index, () => pack)
  const fresh = oids.filter((oid) => !objects.has(oid))
  const read = (oid: string): ReturnType<PackFile['read']> => {
    const offset = file.find(oid)
    return offset === undefined ? objects.read(oid) : file.read(offset, read)
  }
  for (const oid of fresh) {
    const { type, bytes } = read(oid)
    objects.write(type, bytes)
    await step()
  }
  return () => {
    for (const oid of fresh) objects.remove(oid)
  }
}

/** @throws GitError where something that the wanted objects need is missing */
function checkConnected(objects: ObjectStore, job: Pick<Received, 'wants' | 'haves' | 'tick' | 'url'>): void {
  const missing = firstMissing(objects, job)
  if (missing === undefined) return
  throw new GitError(`fatal: missing object ${missing}\nerror: ${job.url} did not send all necessary objects`, { kind: 'plain', code: 1 })
}

function firstMissing(objects: ObjectStore, { wants, haves, tick }: Pick<Received, 'wants' | 'haves' | 'tick'>): string | undefined {
  try {
    return objectsBetween(objects, { wants, haves, tick }).oids.find((oid) => !objects.has(oid))
  } catch (thrown) {
    const oid = thrown instanceof GitError ? /^unable to read ([0-9a-f]{40})$/.exec(thrown.message)?.[1] : undefined
    if (oid === undefined) throw thrown
    return oid
  }
}
