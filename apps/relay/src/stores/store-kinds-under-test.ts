import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenPlace } from './contract-place'
import { emptyMemory, openMemoryStores } from './memory-stores-under-test'
import { openStores, type StoreOptions, type Stores } from './stores'

/** A technology that the contract suites are run on. */
export interface StoreKind {
  readonly name: string
  /** An empty place; who opens stores in it again finds what was kept. */
  place(): KeptPlace
}

export interface KeptPlace {
  /** A folder, for what a test puts beside the stores. */
  readonly data: string
  open(options: Omit<StoreOptions, 'data'>): Stores
  remove(): void
}

const folder = () => mkdtempSync(join(tmpdir(), 'tabwright-stores-'))

export const SQLITE: StoreKind = {
  name: 'SQLite',
  place: () => {
    const data = folder()
    return { data, open: (options) => openStores({ ...options, data }), remove: () => rmSync(data, { recursive: true }) }
  },
}

/** The second of two, so that nothing that stands on stores leans on the first without anybody noticing. */
const MEMORY: StoreKind = {
  name: 'memory',
  place: () => {
    const [data, kept] = [folder(), emptyMemory()]
    return { data, open: (options) => openMemoryStores(kept, options), remove: () => rmSync(data, { recursive: true }) }
  },
}

export const STORE_KINDS: readonly StoreKind[] = [SQLITE, MEMORY]

const MEGABYTE = 1024 * 1024

/** For suites over the stores themselves. */
export function placeOf(kind: StoreKind, limit = 64 * MEGABYTE): ReturnType<OpenPlace> & Promise<{ readonly data: string }> {
  const place = kind.place()
  const clock = { now: 1_000_000 }
  const openHere = () => place.open({ limit, now: () => clock.now })
  let stores = openHere()
  return Promise.resolve({
    data: place.data,
    clock,
    get stores() {
      return stores
    },
    reopen: () => {
      stores.close()
      stores = openHere()
      return Promise.resolve(stores)
    },
    remove: () => {
      stores.close()
      return Promise.resolve(place.remove())
    },
  })
}
