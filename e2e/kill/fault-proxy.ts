import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one answer on its way. */
export type Fault =
  | { readonly type: 'none' }
  /** The socket breaks after this many bytes of the body. */
  | { readonly type: 'cut'; readonly bytes: number }
  /** Nothing comes after this many bytes, and nobody hangs up, until the client does. */
  | { readonly type: 'stall'; readonly bytes: number }
  | { readonly type: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  /** What a hotel's network says instead of the provider. */
  | { readonly type: 'portal' }

/** A proxy in front of the model that spoils answers as a test says. */
export interface FaultProxy {
  readonly url: string
  /** Faults of the next answers, in order; afterwards none. */
  plan(faults: readonly Fault[]): void
  /** How many requests came. */
  count(): number
  close(): Promise<void>
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  let planned: readonly Fault[] = []
  let count = 0
  const server = createServer((incoming, outgoing) => {
    const isMessage = incoming.url?.includes('/v1/messages') ?? false
    const fault = (isMessage && planned[0]) || { type: 'none' as const }
    if (isMessage) {
      planned = planned.slice(1)
      count += 1
    }
    serve(target, fault, { incoming, outgoing })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: (faults) => void (planned = faults),
    count: () => count,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

function serve(target: string, fault: Fault, { incoming, outgoing }: Exchange): void {
  if (fault.type === 'status') {
    incoming.resume()
    outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body)
    return
  }
  if (fault.type === 'portal') {
    incoming.resume()
    outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>Please accept our terms.')
    return
  }
  const upstream = request(new URL(incoming.url ?? '/', target), { method: incoming.method, headers: incoming.headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    pass(answer, outgoing, fault)
  })
  upstream.on('error', () => outgoing.destroy())
  outgoing.on('close', () => upstream.destroy())
  incoming.pipe(upstream)
}

function pass(answer: IncomingMessage, outgoing: ServerResponse, fault: Fault): void {
  let left = fault.type === 'cut' || fault.type === 'stall' ? fault.bytes : Number.POSITIVE_INFINITY
  answer.on('data', (chunk: Buffer) => {
    if (left <= 0) return
    outgoing.write(chunk.subarray(0, Math.min(left, chunk.length)))
    left -= chunk.length
    if (left <= 0 && fault.type === 'cut') outgoing.socket?.resetAndDestroy()
  })
  answer.on('end', () => {
    if (left > 0) outgoing.end()
  })
  answer.on('error', () => outgoing.destroy())
}
