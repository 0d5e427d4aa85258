/** What the client needs of a WebSocket: the global one of browsers, or `ws` where there is none. */
export interface Socket {
  binaryType: string
  /** Bytes that were sent and are not yet on their way. */
  readonly bufferedAmount: number
  send(data: string | Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
  addEventListener(type: 'error', listener: () => void): void
  /** Of `ws`: stop and go on reading. */
  pause?(): void
  resume?(): void
}

/** Opens one. `ws` can be handed in here with headers: `(address) => new WebSocket(address, { headers })`. */
export type OpenSocket = (address: string) => Socket

export const openGlobalSocket: OpenSocket = (address) => new WebSocket(address)
