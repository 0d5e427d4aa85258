import { joinBytes } from '@tabwright/protocol'

/** Bytes taken from a stream in the amounts that one wants. */
export interface ByteTake {
  /** Fewer only where the stream ends. */
  bytes(count: number): Promise<Uint8Array>
  /** False where the stream ends before. */
  skip(count: number): Promise<boolean>
  end(): Promise<void>
}

export interface TakeWatch {
  /** Told how much has come in all, as it comes; may throw to stop. */
  came(total: number): void
  /** The stream broke off. */
  failed(error: unknown): never
}

export function createByteTake(stream: ReadableStream<Uint8Array<ArrayBuffer>>, { came, failed }: TakeWatch): ByteTake {
  const reader = stream.getReader()
  let chunk = new Uint8Array()
  let [at, total] = [0, 0]
  /** Up to so many of what is there. Empty at the end. */
  const next = async (most: number): Promise<Uint8Array> => {
    while (at === chunk.length) {
      const { done, value } = await reader.read().catch(failed)
      if (done) return new Uint8Array()
      total += value.length
      came(total)
      ;[chunk, at] = [value, 0]
    }
    const part = chunk.subarray(at, at + most)
    at += part.length
    return part
  }
  return {
    bytes: async (count) => {
      const parts: Uint8Array[] = []
      let have = 0
      while (have < count) {
        const part = await next(count - have)
        if (part.length === 0) break
        parts.push(part)
        have += part.length
      }
      return joinBytes(parts)
    },
    skip: async (count) => {
      for (let left = count; left > 0;) {
        const part = await next(left)
        if (part.length === 0) return false
        left -= part.length
      }
      return true
    },
    end: async () => {
      // A stream that failed is at its end already, and says so again here.
      await reader.cancel().catch(() => undefined)
    },
  }
}
