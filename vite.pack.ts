import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Files of a program as one: a size, a list of names and sizes, then their bytes, all of it compressed (`pack-source.ts` reads it). */
export function packParts(parts: Readonly<Record<string, Uint8Array>>): Buffer {
  const head = Buffer.from(JSON.stringify(Object.entries(parts).map(([name, bytes]) => ({ name, size: bytes.length }))))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(head.length)
  return gzipSync(Buffer.concat([size, head, ...Object.values(parts)]), { level: 6 })
}

/** Where it is, for the page: the name changes with the content, so that browsers may keep it. */
function noteOf(pack: Buffer, file: string): string {
  return JSON.stringify({ file, size: pack.length, sha256: createHash('sha256').update(pack).digest('hex') })
}

/** Serves and emits a program that is loaded when a command first wants it: `/frame/<name>.json` says which file it is. */
export function programPack(name: string, build: () => Promise<Buffer>): Plugin {
  return {
    name: `tabwright:${name}-pack`,
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = request.url?.split('?', 1)[0]
        if (path !== `/frame/${name}.json` && path !== `/frame/${name}.pack`) return next()
        build().then(
          (pack) => {
            response.setHeader('content-type', path.endsWith('.json') ? 'application/json' : 'application/octet-stream')
            response.setHeader('cache-control', 'no-store')
            response.end(path.endsWith('.json') ? noteOf(pack, `/frame/${name}.pack`) : pack)
          },
          (thrown: unknown) => next(thrown instanceof Error ? thrown : new Error(String(thrown))),
        )
      })
    },
    async generateBundle() {
      // Once a build, not once for each worker that the app itself has.
      if (this.environment.name !== 'client') return
      const pack = await build()
      const fileName = `assets/${name}-${createHash('sha256').update(pack).digest('hex').slice(0, 16)}.pack`
      this.emitFile({ type: 'asset', fileName, source: pack })
      this.emitFile({ type: 'asset', fileName: `frame/${name}.json`, source: noteOf(pack, `/${fileName}`) })
    },
  }
}
