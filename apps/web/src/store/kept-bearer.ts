import type { KeptBearer } from '@tabwright/relay-client'

const NAME = 'tabwright.paired'

/**
 * What a pairing code bought, for this tab alone: it is there after a reload and gone with the tab. A browser that forbids storage asks for
 * a code at each reload.
 */
export function keptBearer(storage: () => Storage = () => sessionStorage): KeptBearer {
  return {
    read: () => tried(() => storage().getItem(NAME)) ?? undefined,
    write: (token) => {
      tried(() => (token === undefined ? storage().removeItem(NAME) : storage().setItem(NAME, token)))
    },
  }
}

function tried<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}
