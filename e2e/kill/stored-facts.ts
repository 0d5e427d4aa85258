import type { SessionEvent } from '@tabwright/protocol'

/** Every fact in this page's database, of whichever session: those in rows, and those that were sealed into chunks. It runs in the page, so it
 * stands for itself. */
export async function storedFacts(): Promise<readonly SessionEvent[]> {
  // Opening one that is not there would make an empty one.
  if (!(await indexedDB.databases()).some(({ name }) => name === 'tabwright')) return []
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('tabwright')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  interface Chunk {
    readonly form: 'json' | 'gzip'
    readonly bytes: Uint8Array<ArrayBuffer>
  }
  const unsealed = async ({ form, bytes }: Chunk): Promise<SessionEvent[]> => {
    const stored = new Blob([bytes]).stream()
    const plain = form === 'gzip' ? stored.pipeThrough(new DecompressionStream('gzip')) : stored
    const facts = (await new Response(plain).json()) as SessionEvent[]
    // A fact does not repeat the hash of the one before it.
    return facts.map((fact, i) => ({ ...fact, prev: fact.prev || (facts[i - 1]?.hash ?? '') }))
  }
  try {
    if (!['events', 'chunks'].every((name) => database.objectStoreNames.contains(name))) return []
    // One transaction: facts that are being sealed meanwhile are seen once.
    const tx = database.transaction(['events', 'chunks'])
    const all = <T>(name: string): Promise<T[]> =>
      new Promise((resolve, reject) => {
        const request = tx.objectStore(name).getAll()
        request.onsuccess = () => resolve(request.result as T[])
        request.onerror = () => reject(request.error)
      })
    const [rows, chunks] = await Promise.all([all<SessionEvent>('events'), all<Chunk>('chunks')])
    const sealed = await Promise.all(chunks.map(unsealed))
    // Where a writer was put aside there is a fence, which is no fact.
    return [...sealed.flat(), ...rows.filter((row) => !('fence' in row))]
  } finally {
    database.close()
  }
}
