import { joinBytes, refuseNetwork, type NetworkAnswer, type NpmRead, type PackageStore } from '@tabwright/protocol'
import { checkIntegrity } from './npm/integrity'

/** npm sees by it that nothing was sent. */
const FROM_STORE: readonly [string, string] = ['x-tabwright-store', 'kept']
/** A larger archive is fetched each time. */
const MOST_KEPT = 64 * 1024 * 1024

/** The answer that is here already; undefined where the registry has to be asked. @throws FailureError `offline` where that was not wanted */
export async function fromStore(
  store: PackageStore | undefined,
  { integrity, isOffline, registry }: NpmRead,
): Promise<NetworkAnswer | undefined> {
  const bytes = integrity === undefined ? undefined : await store?.get(integrity)
  if (bytes !== undefined && integrity !== undefined && isWhole(bytes, integrity))
    return { status: 200, statusText: 'OK', url: registry, headers: [[...FROM_STORE]], body: once(bytes) }
  if (!isOffline) return undefined
  return refuseNetwork('unreachable', 'This is not kept in this browser, and with --offline nothing is asked of a registry.')
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

/** What a registry answers, kept where it is what was asked for. Nobody waits for that, and a store that is full changes nothing for whoever asked. */
export function keeping(store: PackageStore | undefined, { integrity }: NpmRead, answer: NetworkAnswer): NetworkAnswer {
  // What a registry sends may not pass for what was kept.
  const headers = answer.headers.filter(([name]) => name.toLowerCase() !== FROM_STORE[0])
  if (store === undefined || integrity === undefined || answer.status !== 200) return { ...answer, headers }
  return {
    ...answer,
    headers,
    body: copied(answer.body, (bytes) => (isWhole(bytes, integrity) ? store.put(integrity, bytes) : Promise.resolve())),
  }
}

async function* copied(body: AsyncIterable<Uint8Array>, whole: (bytes: Uint8Array) => Promise<void>): AsyncGenerator<Uint8Array, void> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    // Whoever takes it may hand the buffer over.
    if (size <= MOST_KEPT) parts.push(part.slice())
    yield part
  }
  if (size > MOST_KEPT) return
  await whole(joinBytes(parts))
}

function isWhole(bytes: Uint8Array, integrity: string): boolean {
  try {
    checkIntegrity(bytes, integrity, 'package')
    return true
  } catch {
    // Other bytes than its name says: not kept, and not given out.
    return false
  }
}
