import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { headersFor } from '@tabwright/protocol/headers'

const DIST = join(import.meta.dirname, '..', 'dist')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

/** What a host gives in the place of a file, by its path. */
export type Instead = ReadonlyMap<string, string>

/** What makes a page isolated, and with it gives it memory that workers share. */
const ISOLATING = new Set(['Cross-Origin-Opener-Policy', 'Cross-Origin-Embedder-Policy'])

/**
 * Any static host that sends the headers: the built folder, until something is put in the place of its files, and nothing else.
 * @param options `isolates: false` for one that sends all but those that isolate a page
 */
export async function startStaticHost({ isolates = true } = {}): Promise<{
  url: string
  deploy(files: Instead): void
  close(): Promise<void>
}> {
  let instead: Instead = new Map()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    for (const [name, value] of Object.entries(headersFor(path))) if (isolates || !ISOLATING.has(name)) response.setHeader(name, value)
    // An address without an ending is the app's, and gets its document.
    const other = instead.get(extname(path) === '' ? '/' : path)
    if (other !== undefined) return void response.setHeader('content-type', TYPES[extname(path)] ?? TYPES['.html'] ?? '').end(other)
    const file = join(DIST, normalize(path === '/' ? '/index.html' : path))
    stat(file)
      .then(
        (found) => found.isFile(),
        () => false,
      )
      .then((isFile) => {
        const served = isFile ? file : join(DIST, 'index.html')
        if (!isFile && extname(path) !== '') return response.writeHead(404).end()
        response.setHeader('content-type', TYPES[extname(served)] ?? 'application/octet-stream')
        return createReadStream(served).pipe(response)
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    deploy: (files) => void (instead = files),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
