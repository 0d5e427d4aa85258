/** Small settings of the look, such as column widths. Never sessions, never keys. */
export interface Memory {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** For browsers that refuse storage: remembered until the tab closes. */
const held = new Map<string, string>()

function refused(error: unknown): boolean {
  // SecurityError: storage is switched off. QuotaExceededError: it is full.
  return error instanceof DOMException
}

/** localStorage where the browser allows it, else the tab's memory; losing a column width is no failure worth a message. */
export const memory: Memory = {
  getItem(key) {
    try {
      return localStorage.getItem(key)
    } catch (error) {
      if (refused(error)) return held.get(key) ?? null
      throw error
    }
  },
  setItem(key, value) {
    held.set(key, value)
    try {
      localStorage.setItem(key, value)
    } catch (error) {
      if (!refused(error)) throw error
    }
  },
}
