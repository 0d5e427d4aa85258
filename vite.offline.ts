import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { headersFor, KERNEL_FRAME_PATH, OFFLINE_WORKER_PATH } from './packages/protocol/src/headers.ts'
import type { BuildFile, BuildFiles } from './packages/runtime/src/offline/build-files.ts'

/** Bundles the worker; `vite.frame.ts` does. */
type Bundler = (entry: 'offline', minify: boolean) => Promise<{ readonly code: string }>

/** Kept when it was first used, because it is large and the first session needs none of it. */
const LATER = [
  /^\/assets\/(?:editor\.worker|codicon|diagnostics-worker|page-markdown)-/,
  /^\/assets\/[^/]+\.pack$/,
  /^\/typescript\/libraries\.json$/,
]
/** What the page asks for under its own origin. Frames, previews and shared sessions are no business of a service worker. */
const ASKED = /^\/(?:assets\/.+|frame\/.+\.js(?:on)?|typescript\/.+|theme\.js|favicon\.svg)$/
/** The editor, in however many parts it is split, with its languages and styles. */
const EDITOR = /[\\/]node_modules[\\/]monaco-editor[\\/]/
/** Where the document says which build it is of. */
const MARK = '<meta name="build" content="" />'

/**
 * Writes `/offline.js`: the service worker, and in front of it what the build is made of. The document says of which build it is, under a
 * name that changes with any file, policy, or the worker itself.
 */
export function offlineWorker(bundle: Bundler): Plugin {
  const editor = new Set<string>()
  return {
    name: 'tabwright:offline-worker',
    apply: 'build',
    generateBundle(_options, chunks) {
      for (const [name, chunk] of Object.entries(chunks)) {
        if (chunk.type !== 'chunk' || !chunk.moduleIds.some((id) => EDITOR.test(id))) continue
        for (const part of [name, ...(chunk.viteMetadata?.importedCss ?? [])]) editor.add(`/${part}`)
      }
    },
    // The files as they are on the disk: what the browser compares is what it is given.
    async writeBundle({ dir }) {
      if (this.environment.name !== 'client' || dir === undefined) return
      const { code } = await bundle('offline', true)
      const files = filesOf(dir)
      const document = readFileSync(join(dir, 'index.html'), 'utf8')
      if (!document.includes(MARK)) throw new Error(`index.html has no ${MARK}`)
      const policies = ['/', '/assets/a.js', '/assets/key-worker-a.js', KERNEL_FRAME_PATH].map((path) => headersFor(path))
      const frame = readFileSync(join(dir, KERNEL_FRAME_PATH), 'utf8')
      const build = digest([JSON.stringify(files), document, JSON.stringify(policies), frame, code].join('\n'), 'hex').slice(0, 16)
      const marked = document.replace(MARK, `<meta name="build" content="${build}" />`)
      writeFileSync(join(dir, 'index.html'), marked)
      const isLater = ({ path }: BuildFile): boolean => editor.has(path) || LATER.some((one) => one.test(path))
      const list: BuildFiles = {
        build,
        first: [fileOf('/', Buffer.from(marked)), ...files.filter((file) => !isLater(file))],
        later: files.filter(isLater),
      }
      writeFileSync(join(dir, OFFLINE_WORKER_PATH), `const TABWRIGHT_BUILD=${JSON.stringify(list)};\n${code}`)
    },
  }
}

function filesOf(dir: string): readonly BuildFile[] {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => `/${name.replaceAll('\\', '/')}`)
  return names
    .filter((path) => ASKED.test(path) && !path.endsWith('.br'))
    .toSorted()
    .map((path) => fileOf(path, readFileSync(join(dir, path))))
}

function fileOf(path: string, bytes: Buffer): BuildFile {
  return { path, bytes: bytes.length, integrity: `sha256-${digest(bytes, 'base64')}` }
}

function digest(of: string | Buffer, as: 'hex' | 'base64'): string {
  return createHash('sha256').update(of).digest(as)
}
