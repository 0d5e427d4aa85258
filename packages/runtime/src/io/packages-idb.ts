import { failureOf, type PackageStore } from '@tabwright/protocol'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

/** Apart from what is nobody else’s: this can be fetched again, and may go without anybody losing anything. */
interface Schema extends DBSchema {
  archives: { key: string; value: { readonly integrity: string; readonly bytes: Uint8Array } }
  uses: { key: string; value: Use }
}

interface Use {
  readonly integrity: string
  readonly size: number
  /** When it was last asked for, in milliseconds since 1970. */
  readonly used: number
}

const NAME = 'tabwright-packages'
/** All archives together; those that nobody asked for longest go first. */
const MOST_BYTES = 256 * 1024 * 1024

/** How {@link packagesIdb} is opened. */
export interface PackagesOptions {
  readonly name?: string
  readonly mostBytes?: number
  readonly now?: () => number
  /** What keeps it from keeping. Default: told as an error of the page. */
  readonly onTrouble?: (error: unknown) => void
}

/** Archives of packages that this browser keeps, for all of its sessions. One that cannot be read or written is as one that is not there. */
export function packagesIdb({
  name = NAME,
  mostBytes = MOST_BYTES,
  now = () => Date.now(),
  onTrouble = told,
}: PackagesOptions = {}): PackageStore {
  let opened: Promise<IDBPDatabase<Schema>> | undefined
  const run = async <T>(task: (handle: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> => {
    try {
      opened ??= open(name)
      return await task(await opened)
    } catch (error) {
      // The next asks for it anew.
      opened = undefined
      onTrouble(error)
      return undefined
    }
  }
  return {
    get: (integrity) =>
      run(async (handle) => {
        const tx = handle.transaction(['archives', 'uses'], 'readwrite')
        const row = await tx.objectStore('archives').get(integrity)
        if (row !== undefined) await tx.objectStore('uses').put({ integrity, size: row.bytes.length, used: now() })
        await tx.done
        return row?.bytes
      }),
    put: async (integrity, bytes) => {
      if (bytes.length > mostBytes) return
      await run((handle) => put(handle, { integrity, size: bytes.length, used: now() }, { bytes, mostBytes }))
    },
  }
}

function open(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade: (handle) => {
      handle.createObjectStore('archives', { keyPath: 'integrity' })
      handle.createObjectStore('uses', { keyPath: 'integrity' })
    },
  })
}

async function put(handle: IDBPDatabase<Schema>, use: Use, { bytes, mostBytes }: { bytes: Uint8Array; mostBytes: number }): Promise<void> {
  const tx = handle.transaction(['archives', 'uses'], 'readwrite')
  const [archives, uses] = [tx.objectStore('archives'), tx.objectStore('uses')]
  const others = (await uses.getAll()).filter(({ integrity }) => integrity !== use.integrity)
  let total = others.reduce((sum, { size }) => sum + size, use.size)
  for (const { integrity, size } of others.toSorted((a, b) => a.used - b.used)) {
    if (total <= mostBytes) break
    total -= size
    await Promise.all([archives.delete(integrity), uses.delete(integrity)])
  }
  await Promise.all([archives.put({ integrity: use.integrity, bytes }), uses.put(use)])
  await tx.done
}

function told(error: unknown): void {
  reportError(failureOf(error))
}
