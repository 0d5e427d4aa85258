import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'

/** A package that the registry of a test has. `files` beside its `package.json`. */
export interface FakePackage {
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string }
  readonly files?: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
}

/** A registry on this machine, with real archives that are packed on the fly. */
export interface NpmRegistry {
  /** With a slash at its end. */
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[]
  /** Other bytes than the registry says are sent for this path. */
  break(path: string, bytes: Uint8Array): void
  close(): Promise<void>
}

const BLOCK = 512

function header(name: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0, 100)
  block.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  block.write('0000000\0'.repeat(2), 108)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** Packs files as npm does: gzip over tar, everything below `package/`. Names are taken as they are told. */
export function packed(files: Readonly<Record<string, string>>, root = 'package/'): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.from(text)
    const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)
    return [header(root + name, bytes.length, text.startsWith('#!') ? 0o755 : 0o644), bytes, padding]
  })
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(BLOCK * 2)]))
}

/** Opens a registry that has these packages. */
export async function openNpmRegistry(packages: readonly FakePackage[]): Promise<NpmRegistry> {
  const asked: string[] = []
  const answers = new Map<string, Buffer | Uint8Array>()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.push(path)
    const answer = answers.get(path) ?? answers.get(path.replace(/%2f/i, '/'))
    response.writeHead(answer === undefined ? 404 : 200, {
      'content-type': path.endsWith('.tgz') ? 'application/octet-stream' : 'application/json',
    })
    response.end(answer ?? '{"error":"Not found"}')
  })
  const url = await listening(server)
  for (const name of new Set(packages.map(({ manifest }) => manifest.name))) {
    const own = packages.filter(({ manifest }) => manifest.name === name)
    const versions = own.map(({ manifest, files = {} }) => {
      const archive = packed({ 'package.json': JSON.stringify(manifest), ...files })
      const path = `/${name}/-/${name.slice(name.indexOf('/') + 1)}-${manifest.version}.tgz`
      answers.set(path, archive)
      const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`
      return [manifest.version, { ...manifest, dist: { tarball: `${url}${path.slice(1)}`, integrity } }] as const
    })
    const tags = own.flatMap(({ manifest, tags = [] }) => tags.map((tag) => [tag, manifest.version] as const))
    const described = {
      name,
      'dist-tags': { latest: own.at(-1)?.manifest.version, ...Object.fromEntries(tags) },
      versions: Object.fromEntries(versions),
    }
    answers.set(`/${name}`, Buffer.from(JSON.stringify(described)))
  }
  return {
    url,
    asked,
    break: (path, bytes) => void answers.set(path, bytes),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The registry has no port.'))
      else resolve(`http://127.0.0.1:${address.port}/`)
    })
  })
}
